/** Renders the player's own graph in an OfflineAudioContext and gives back every sample (32-bit floats). */

import { createPlayer } from "/static/js/trial/player.js";

const SIGNALS = {
  constant: ({ value }) => () => value,
  ramp: ({ value }, nFrames) => (frame) => (value * frame) / nFrames,
  sine: ({ hz }, _, rateHz) => (frame) => Math.sin((2 * Math.PI * hz * frame) / rateHz),
};

const STEPS = {
  play: (player) => player.play(),
  pause: (player) => player.pause(),
  select: (player, { index }) => player.select(index),
  restart: (player) => player.restart(),
  region: (player, { start, end }) => player.setRegion({ start, end }),
  nothing: () => {},
};

/**
 * @param {object} plan
 * @param {number} plan.rateHz
 * @param {number} plan.nFrames  of the clip
 * @param {number} plan.recorded  frames to record
 * @param {object[]} plan.signals
 * @param {object[]} plan.steps  {at: frame, a multiple of 128, does: name}
 */
export async function record({ rateHz, nFrames, recorded, signals, steps }) {
  const context = new OfflineAudioContext(1, recorded, rateHz);
  const buffers = signals.map((signal) => bufferOf(context, signal, nFrames));
  const player = createPlayer({ context, buffers, leadS: 0 });
  const seen = [];
  const doAll = (at) => {
    for (const step of steps.filter((one) => one.at === at)) STEPS[step.does](player, step);
    seen.push({ at, position: player.position(), heard: player.takeHeard() });
  };
  for (const at of new Set(steps.map((step) => step.at))) {
    if (at === 0) doAll(0);
    else context.suspend(at / rateHz).then(() => (doAll(at), context.resume()));
  }
  const rendered = await context.startRendering();
  return { samples: base64(rendered.getChannelData(0)), seen };
}

function base64(samples) {
  let text = "";
  for (const byte of new Uint8Array(samples.slice().buffer)) text += String.fromCharCode(byte);
  return btoa(text);
}

function bufferOf(context, signal, nFrames) {
  const buffer = context.createBuffer(1, nFrames, context.sampleRate);
  const valueAt = SIGNALS[signal.shape](signal, nFrames, context.sampleRate);
  buffer.copyToChannel(Float32Array.from({ length: nFrames }, (_, frame) => valueAt(frame)), 0);
  return buffer;
}
