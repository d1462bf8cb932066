/** The continuous quality scale of BS.1534-3 5.4: 0 to 100 in five equal intervals. */

export const MIN_SCORE = 0;
export const MAX_SCORE = 100;
export const INTERVALS = ["Excellent", "Good", "Fair", "Poor", "Bad"]; // from the top
const INTERVAL_WIDTH = (MAX_SCORE - MIN_SCORE) / INTERVALS.length;

/**
 * The interval a score lies in; a score on a border belongs to the better one.
 * @param {number} score  0 to 100
 * @returns {string}
 */
export function intervalName(score) {
  const fromTop = INTERVALS.length - 1 - Math.floor(score / INTERVAL_WIDTH);
  return INTERVALS[Math.max(0, fromTop)];
}

/**
 * @param {number} score
 * @returns {number} the nearest whole score within 0 to 100
 */
export function toScore(score) {
  return Math.min(MAX_SCORE, Math.max(MIN_SCORE, Math.round(score)));
}

/**
 * @param {number | null} score
 * @returns {string} what a screen reader says of a slider
 */
export function scoreText(score) {
  return score === null ? "not rated" : `${score}, ${intervalName(score)}`;
}
