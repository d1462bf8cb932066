/** Play, pause, the time line with the outline of the labelled reference, and the loop handles. */

import { byId, setAttribute, setText } from "../shared/dom.js";
import { withEnd, withStart } from "./region.js";
import { secondsText } from "./wording.js";

const N_BARS = 240;
const REDUCED_MOTION_MS = 250;

/**
 * @param {object} setup
 * @param {ReturnType<typeof import("./player.js").createPlayer>} setup.player
 * @param {Float32Array | null} setup.outline  samples of the labelled reference, the only signal ever
 *   drawn; null where none is shown, or where it says another sentence than what is rated
 * @param {import("../shared/scope.js").Scope} setup.scope
 * @param {(region: import("./region.js").Region) => void} setup.onRegion
 */
export function createTransport({ player, outline, scope, onRegion }) {
  const { rateHz, nFrames } = player;
  const clip = { rateHz, nFrames };
  const parts = {
    head: byId("timeline-head"),
    region: byId("timeline-region"),
    start: byId("loop-start"),
    end: byId("loop-end"),
    text: byId("loop-text"),
  };
  const fromMs = (slider) => (Number(slider.value) / 1000) * rateHz;

  function show(region) {
    for (const [slider, frame] of [[parts.start, region.start], [parts.end, region.end]]) {
      slider.value = String(Math.round((frame / rateHz) * 1000));
      setAttribute(slider, "aria-valuetext", secondsText(frame / rateHz));
    }
    parts.region.style.insetInlineStart = percent(region.start / nFrames);
    parts.region.style.insetInlineEnd = percent(1 - region.end / nFrames);
    setText(parts.text, `Loop ${secondsText(region.start / rateHz)} – ${secondsText(region.end / rateHz)}`);
  }

  function draw() {
    if (outline) drawWave(byId("wave"), outline);
  }

  function showHead() {
    parts.head.style.insetInlineStart = percent(player.position() / nFrames);
  }

  function listen() {
    scope.listen(parts.start, "input", () => show(withStart(player.region, fromMs(parts.start), clip)));
    scope.listen(parts.end, "input", () => show(withEnd(player.region, fromMs(parts.end), clip)));
    scope.listen(parts.start, "change", () => onRegion(withStart(player.region, fromMs(parts.start), clip)));
    scope.listen(parts.end, "change", () => onRegion(withEnd(player.region, fromMs(parts.end), clip)));
    scope.listen(window, "resize", draw);
  }

  for (const slider of [parts.start, parts.end]) setAttribute(slider, "max", Math.ceil((nFrames / rateHz) * 1000));
  listen();
  show(player.region);
  draw();
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) scope.every(showHead, REDUCED_MOTION_MS);
  else scope.eachFrame(showHead);
  return { show };
}

/**
 * Largest magnitude in each of `n` equal stretches.
 * @param {Float32Array} samples
 * @param {number} n
 * @returns {number[]}
 */
export function peaks(samples, n) {
  return Array.from({ length: n }, (_, k) => {
    const from = Math.floor((k * samples.length) / n);
    const to = Math.floor(((k + 1) * samples.length) / n);
    let peak = 0;
    for (let i = from; i < to; i += 1) peak = Math.max(peak, Math.abs(samples[i]));
    return peak;
  });
}

function drawWave(canvas, samples) {
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(canvas.clientWidth * scale);
  canvas.height = Math.round(canvas.clientHeight * scale);
  const pen = canvas.getContext("2d");
  pen.fillStyle = getComputedStyle(canvas).color;
  const heights = peaks(samples, N_BARS);
  const loudest = Math.max(...heights, Number.EPSILON);
  const step = canvas.width / N_BARS;
  heights.forEach((peak, k) => {
    const height = Math.max(scale, (peak / loudest) * canvas.height * 0.86);
    pen.fillRect(k * step, (canvas.height - height) / 2, step * 0.6, height);
  });
}

function percent(fraction) {
  return `${(100 * fraction).toFixed(3)}%`;
}
