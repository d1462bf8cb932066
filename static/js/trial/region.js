/** The loop region: which frames of the clip are repeated. Pure. */

import { fadeInCurve, fadeOutCurve } from "./schedule.js";

export const MIN_LOOP_S = 0.5; // BS.1534-3 5.3

/**
 * @typedef {object} Region
 * @property {number} start  first frame
 * @property {number} end  frame after the last
 */

/**
 * @param {number} nFrames  of the clip
 * @returns {Region}
 */
export function wholeClip(nFrames) {
  return { start: 0, end: nFrames };
}

/**
 * Moves the start; it stops where the loop would become shorter than 500 ms.
 * @param {Region} region
 * @param {number} start
 * @param {{rateHz: number}} clip
 * @returns {Region}
 */
export function withStart(region, start, { rateHz }) {
  const latest = Math.max(0, region.end - minLoopFrames(rateHz));
  return { start: clamp(Math.round(start), 0, latest), end: region.end };
}

/**
 * Moves the end; it stops where the loop would become shorter than 500 ms.
 * @param {Region} region
 * @param {number} end
 * @param {{rateHz: number, nFrames: number}} clip
 * @returns {Region}
 */
export function withEnd(region, end, { rateHz, nFrames }) {
  const earliest = Math.min(nFrames, region.start + minLoopFrames(rateHz));
  return { start: region.start, end: clamp(Math.round(end), earliest, nFrames) };
}

/**
 * Where in a region to go on from a frame of the clip: there if it lies inside, else at the start.
 * @param {Region} region
 * @param {number} frame  of the clip
 * @returns {number} frames into the region
 */
export function offsetInRegion({ start, end }, frame) {
  return frame >= start && frame < end ? frame - start : 0;
}

/**
 * A copy of the region whose borders carry 5 ms raised-cosine fades, ready to be looped.
 * @param {Float32Array} samples  of the clip
 * @param {Region} region
 * @param {number} frames  of one fade
 * @returns {Float32Array} (end - start,)
 */
export function fadedRegion(samples, { start, end }, frames) {
  const copy = samples.slice(start, end);
  const rise = fadeInCurve(frames);
  const fall = fadeOutCurve(frames);
  for (let k = 0; k < frames; k += 1) {
    copy[k] *= rise[k];
    copy[copy.length - frames + k] *= fall[k + 1]; // the last frame is silent, as the first is
  }
  return copy;
}

function minLoopFrames(rateHz) {
  return Math.ceil(MIN_LOOP_S * rateHz);
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}
