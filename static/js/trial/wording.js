/** Sentences shown and spoken on the trial page. Pure. */

import { scoreText } from "./scale.js";
import { missing, ratedCount } from "./state.js";

export const REMINDER =
  "No sound has 100 yet. One of them is the reference itself, so usually at least one is rated 100. " +
  "Change a rating, or press Next again to go on.";

export const SAVE_WORDS = {
  idle: "Nothing to save yet",
  saving: "Saving…",
  saved: "Saved",
  retrying: "Not saved yet, retrying",
  rejected: "Not saved",
};

/**
 * @param {string} label  "" for the reference
 * @returns {string}
 */
export function signalName(label) {
  return label ? `stimulus ${label}` : "the reference";
}

/**
 * @param {import("./state.js").Stimulus} stimulus
 * @returns {string}
 */
export function ratedSentence({ label, score }) {
  return `${label} rated ${scoreText(score)}`;
}

/**
 * @param {import("./state.js").TrialState} state
 * @returns {string} said when the page can be used
 */
export function readySentence({ stimuli, reference }) {
  return `Ready. ${stimuli.length} stimuli${reference ? " and the reference" : ", no reference"}.`;
}

/**
 * What is still to do before the next page, or that nothing is.
 * @param {import("./state.js").TrialState} state
 * @returns {string}
 */
export function remainingSentence(state) {
  const { unheard, unrated, unsaved } = missing(state);
  const parts = [
    unheard.length ? `Still to hear: ${unheard.join(", ")}.` : "",
    unrated.length ? `Still to rate: ${unrated.join(", ")}.` : "",
  ].filter(Boolean);
  if (parts.length) return parts.join(" ");
  if (!unsaved.length) return "All heard, rated and saved.";
  if (state.saveStatus !== "rejected") return "Waiting until your ratings are saved.";
  return `Not saved: ${unsaved.join(", ")}. Move a slider again to rate anew.`;
}

/**
 * @param {import("./state.js").TrialState} state
 * @returns {string}
 */
export function progressSentence(state) {
  const count = `${ratedCount(state)} of ${state.stimuli.length} rated.`;
  return `${count} ${remainingSentence(state)} ${SAVE_WORDS[state.saveStatus]}.`;
}

/**
 * @param {number} seconds
 * @returns {string} like "3.42 s"
 */
export function secondsText(seconds) {
  return `${seconds.toFixed(2)} s`;
}
