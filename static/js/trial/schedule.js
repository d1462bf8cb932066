/**
 * When things happen in the player, in whole frames of the audio clock. Pure.
 *
 * BS.1534-3 5.3: a switch fades the old signal out over 5 ms and then the new one in over 5 ms,
 * both raised cosines; two systems are never heard together.
 */

export const FADE_S = 0.005; // BS.1534-3 5.3

/**
 * @param {number} rateHz
 * @returns {number} frames in one fade
 */
export function fadeFrames(rateHz) {
  return Math.round(FADE_S * rateHz);
}

/**
 * Gains of a raised-cosine fade from 1 to 0, one value per frame and one for the frame after.
 * @param {number} frames
 * @returns {Float32Array} (frames + 1,)
 */
export function fadeOutCurve(frames) {
  return Float32Array.from({ length: frames + 1 }, (_, k) => 0.5 * (1 + Math.cos((Math.PI * k) / frames)));
}

/**
 * Gains of a raised-cosine fade from 0 to 1.
 * @param {number} frames
 * @returns {Float32Array} (frames + 1,)
 */
export function fadeInCurve(frames) {
  return fadeOutCurve(frames).reverse();
}

/**
 * The first whole frame that is not earlier than a time.
 * @param {number} seconds
 * @param {number} rateHz
 */
export function frameAt(seconds, rateHz) {
  return Math.ceil(seconds * rateHz - 1e-6); // 1e-6: times are frame / rate and carry rounding error
}

/**
 * @typedef {object} SwitchSchedule  frames count from the start of the audio clock
 * @property {number} outFrame  the old signal begins to fade
 * @property {number} inFrame  the old is silent, the new begins
 * @property {number} endFrame  the new is at full level
 * @property {number} outTime  the same in seconds
 * @property {number} inTime
 * @property {number} fadeTime  seconds of one fade
 * @property {Float32Array} fadeOut
 * @property {Float32Array} fadeIn
 */

/**
 * @param {number} now  seconds on the audio clock
 * @param {number} rateHz
 * @param {{leadFrames?: number, busyUntil?: number}} limits
 *   leadFrames: how far ahead of the clock to schedule; busyUntil: first frame free of earlier fades
 * @returns {SwitchSchedule}
 */
export function switchSchedule(now, rateHz, { leadFrames = 0, busyUntil = 0 } = {}) {
  const frames = fadeFrames(rateHz);
  const outFrame = Math.max(frameAt(now, rateHz) + leadFrames, busyUntil);
  const inFrame = outFrame + frames;
  return {
    outFrame,
    inFrame,
    endFrame: inFrame + frames,
    outTime: outFrame / rateHz,
    inTime: inFrame / rateHz,
    fadeTime: frames / rateHz,
    fadeOut: fadeOutCurve(frames),
    fadeIn: fadeInCurve(frames),
  };
}

/**
 * A run is one uninterrupted looped playback.
 * @typedef {object} Run
 * @property {number} startFrame  clock frame at which it starts
 * @property {number} offset  frames into the loop at which it starts
 * @property {number} length  frames of the loop
 */

/**
 * @param {Run} run
 * @param {number} frame  clock frame
 * @returns {number} frames into the loop
 */
export function offsetAt({ startFrame, offset, length }, frame) {
  return (offset + Math.max(0, frame - startFrame)) % length;
}

/**
 * How often the loop wrapped between two clock frames.
 * @param {Run} run
 * @param {number} from
 * @param {number} to
 * @returns {number}
 */
export function wrapsBetween({ startFrame, offset, length }, from, to) {
  const wrapsBefore = (frame) => Math.floor((offset + Math.max(0, frame - startFrame)) / length);
  return Math.max(0, wrapsBefore(to) - wrapsBefore(from));
}
