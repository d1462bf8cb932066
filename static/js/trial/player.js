/**
 * The only module that touches Web Audio.
 *
 * All signals of a page run together, looped, on one clock; each has a gain that is 1 for the one
 * being heard and 0 for the others. A switch moves the gains and nothing else, so the position is
 * kept to the sample. Loop borders are faded in the looped copies themselves (see region.js).
 */

import { fadedRegion, offsetInRegion, wholeClip } from "./region.js";
import { fadeFrames, frameAt, offsetAt, switchSchedule, wrapsBetween } from "./schedule.js";

/** How far ahead of the clock live changes are scheduled: more than one hardware callback. */
export const LEAD_S = 0.012;

/**
 * @typedef {object} Heard
 * @property {number} index  signal
 * @property {number} seconds
 * @property {number} loops  times its loop wrapped while it was heard
 */

/**
 * @param {number} rateHz  the stimuli's own rate, so that nothing is resampled where the browser allows it
 * @returns {AudioContext} suspended until the first gesture
 */
export function openContext(rateHz) {
  try {
    return new AudioContext({ sampleRate: rateHz, latencyHint: "interactive" });
  } catch {
    return new AudioContext({ latencyHint: "interactive" });
  }
}

/**
 * Lets the context run; browsers allow it only after a gesture.
 * @param {AudioContext} context
 */
export function wake(context) {
  if (context.state !== "running") context.resume();
}

/**
 * @param {BaseAudioContext} context
 * @param {ArrayBuffer} bytes  a sound file
 * @returns {Promise<AudioBuffer>} at the context's rate
 */
export function decode(context, bytes) {
  return context.decodeAudioData(bytes);
}

/**
 * @param {object} setup
 * @param {BaseAudioContext} setup.context  an AudioContext, or an OfflineAudioContext in tests
 * @param {AudioBuffer[]} setup.buffers  all of one rate; the shortest decides the clip's length
 * @param {number} [setup.leadS]
 */
export function createPlayer({ context, buffers, leadS = LEAD_S }) {
  const rateHz = context.sampleRate;
  const nFrames = Math.min(...buffers.map((buffer) => buffer.length));
  const leadFrames = Math.ceil(leadS * rateHz);
  const tallies = buffers.map(() => ({ frames: 0, loops: 0 }));
  let region = wholeClip(nFrames);
  let looped = loopedCopies();
  let current = 0;
  let rest = 0; // frames into the region at which to go on
  let run = null;
  let busyUntil = 0;
  let countedTo = 0; // clock frame up to which listening has been tallied

  function loopedCopies() {
    return buffers.map((buffer) => loopedCopy(context, buffer, region));
  }

  function nextSchedule() {
    return switchSchedule(context.currentTime, rateHz, { leadFrames, busyUntil });
  }

  function startAt(frame) {
    run = startRun({ context, looped, frame, offset: rest, audible: current });
    busyUntil = frame + fadeFrames(rateHz) + 1;
    countedTo = frame;
  }

  /** Fades the run out and forgets it; gives back the first frame at which another may start. */
  function leaveRun() {
    const schedule = nextSchedule();
    fade(run.gains[current], schedule.fadeOut, schedule.outTime, schedule.fadeTime);
    for (const source of run.sources) source.stop((schedule.inFrame + 1) / rateHz);
    tallyUntil(schedule.outFrame);
    rest = offsetAt(run, schedule.inFrame);
    run = null;
    busyUntil = schedule.inFrame + 1;
    return schedule.inFrame;
  }

  function tallyUntil(frame) {
    if (!run || frame <= countedTo) return;
    tallies[current].frames += frame - countedTo;
    tallies[current].loops += wrapsBetween(run, countedTo, frame);
    countedTo = frame;
  }

  function play() {
    if (!run) startAt(nextSchedule().outFrame);
  }

  function pause() {
    if (run) leaveRun();
  }

  function select(index) {
    if (index === current) return;
    if (run) {
      const schedule = nextSchedule();
      tallyUntil(schedule.inFrame);
      fade(run.gains[current], schedule.fadeOut, schedule.outTime, schedule.fadeTime);
      fade(run.gains[index], schedule.fadeIn, schedule.inTime, schedule.fadeTime);
      busyUntil = schedule.endFrame + 1; // one frame apart: two curves may not touch
    }
    current = index;
  }

  function goTo(newRegion, frameInClip) {
    const restartAt = run ? leaveRun() : null;
    const position = frameInClip ?? region.start + rest;
    if (newRegion !== region) {
      region = newRegion;
      looped = loopedCopies();
    }
    rest = offsetInRegion(region, position);
    if (restartAt !== null) startAt(restartAt);
  }

  function position() {
    const offset = run ? offsetAt(run, frameAt(context.currentTime, rateHz)) : rest;
    return region.start + offset;
  }

  /** @returns {Heard[]} what has been heard since the last call */
  function takeHeard() {
    tallyUntil(frameAt(context.currentTime, rateHz));
    return tallies.flatMap((tally, index) => {
      const heard = { index, seconds: tally.frames / rateHz, loops: tally.loops };
      Object.assign(tally, { frames: 0, loops: 0 });
      return heard.seconds > 0 ? [heard] : [];
    });
  }

  return {
    rateHz,
    nFrames,
    play,
    pause,
    select,
    restart: () => goTo(region, region.start),
    setRegion: (newRegion) => goTo(newRegion, null),
    position,
    takeHeard,
    get region() {
      return region;
    },
    get isPlaying() {
      return run !== null;
    },
    get current() {
      return current;
    },
    dispose: pause,
  };
}

function loopedCopy(context, buffer, region) {
  const copy = context.createBuffer(buffer.numberOfChannels, region.end - region.start, buffer.sampleRate);
  for (let channel = 0; channel < buffer.numberOfChannels; channel += 1) {
    const faded = fadedRegion(buffer.getChannelData(channel), region, fadeFrames(buffer.sampleRate));
    copy.copyToChannel(faded, channel);
  }
  return copy;
}

function startRun({ context, looped, frame, offset, audible }) {
  const rateHz = context.sampleRate;
  const gains = looped.map(() => new GainNode(context, { gain: 0 }));
  const sources = looped.map((buffer) => new AudioBufferSourceNode(context, { buffer, loop: true }));
  sources.forEach((source, index) => {
    source.connect(gains[index]).connect(context.destination);
    source.start(frame / rateHz, offset / rateHz);
  });
  riseFrom(gains[audible], { context, frame, offset });
  return { sources, gains, startFrame: frame, offset, length: looped[0].length };
}

/** At the region's start the looped copy fades in by itself; anywhere else the gain must. */
function riseFrom(gain, { context, frame, offset }) {
  const { fadeIn, fadeTime } = switchSchedule(0, context.sampleRate);
  if (offset === 0) gain.gain.setValueAtTime(1, frame / context.sampleRate);
  else fade(gain, fadeIn, frame / context.sampleRate, fadeTime);
}

function fade(gain, curve, time, duration) {
  gain.gain.setValueCurveAtTime(curve, time, duration);
}
