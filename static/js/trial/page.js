/** Everything on the trial page outside the board and the time line, drawn from the state. */

import { byId, setAttribute, setText } from "../shared/dom.js";
import { handFocus } from "./focus.js";
import { canComplete, canRate, stimulusOf } from "./state.js";
import { REMINDER, remainingSentence, SAVE_WORDS } from "./wording.js";

/** @param {import("./state.js").TrialState} state */
export function renderPage(state) {
  setAttribute(byId("main"), "data-phase", state.phase);
  renderLoading(state);
  renderDeck(state);
  renderSaving(state);
  renderFoot(state);
}

function renderLoading({ phase, loading, reference }) {
  const isReady = phase === "ready";
  for (const id of ["desk", "transport", "foot"]) byId(id).hidden = !isReady;
  if (isReady) handFocus(byId("loading"), byId(reference ? "reference" : "play"));
  byId("loading").hidden = isReady;
  const next = Math.min(loading.done + 1, loading.total);
  const where = `${next} of ${loading.total}`;
  setText(byId("loading-text"), phase === "failed" ? `Loading stopped at sound ${where}` : `Loading sound ${where}…`);
  setAttribute(byId("loading-progress"), "max", loading.total);
  setAttribute(byId("loading-progress"), "value", loading.done);
  show(byId("loading-message"), loading.message);
  renderRetry(phase === "failed");
}

function renderRetry(isOffered) {
  const [retry, text] = [byId("loading-retry"), byId("loading-text")];
  if (!isOffered) handFocus(retry, text);
  retry.hidden = !isOffered;
  if (isOffered) handFocus(text, retry);
}

function renderDeck(state) {
  if (state.reference) renderReference(state);
  setAttribute(byId("play"), "data-playing", state.isPlaying);
  setText(byId("play-text"), state.isPlaying ? "Pause" : "Play");
  setText(byId("hint"), hint(state));
}

function renderReference({ current, reference, isPlaying }) {
  const button = byId("reference");
  const isCurrent = current === reference;
  setAttribute(button, "aria-pressed", String(isCurrent && isPlaying));
  setAttribute(button, "data-current", isCurrent);
  setAttribute(button, "data-sounding", isCurrent && isPlaying);
}

function hint(state) {
  const stimulus = stimulusOf(state, state.current);
  if (!state.isPlaying) return "Play a sound, then move its slider while it plays.";
  if (!stimulus) return "This is the reference. Choose a letter to compare.";
  if (!canRate(state, stimulus.token)) return `Listen to ${stimulus.label} for a moment.`;
  return `You can rate ${stimulus.label} now.`;
}

function renderSaving({ saveStatus, saveMessage }) {
  setAttribute(byId("save-status"), "data-status", saveStatus);
  setAttribute(byId("save-status"), "title", saveMessage || null);
  setText(byId("save-status-text"), SAVE_WORDS[saveStatus]);
}

function renderFoot(state) {
  const isReminding = state.isReminded && canComplete(state);
  show(byId("reminder"), isReminding ? REMINDER : "");
  setText(byId("remaining"), isReminding ? "" : remainingSentence(state));
  renderNext(canComplete(state));
  byId("remaining").hidden = isReminding;
  show(byId("trouble"), state.saveStatus === "rejected" ? state.saveMessage : state.trouble);
}

/** While Next is off, the sentence beside it holds its focus and gives it back. */
function renderNext(isOn) {
  const [next, remaining] = [byId("next"), byId("remaining")];
  if (!isOn) {
    remaining.hidden = false;
    handFocus(next, remaining);
  }
  next.disabled = !isOn;
  if (isOn) handFocus(remaining, next);
}

function show(element, text) {
  element.hidden = !text;
  setText(element, text);
}
