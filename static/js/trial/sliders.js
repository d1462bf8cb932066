/** The board: one button, slider and value per stimulus, beside the quality scale. */

import { el, setAttribute, setText } from "../shared/dom.js";
import { INTERVALS, scoreText } from "./scale.js";
import { canRate, ratingState } from "./state.js";

const RESTING_VALUE = 50; // where an unrated thumb waits, drawn hollow; it is not a score
const NOTES = { unheard: "not heard", unrated: "not rated", rated: "rated" };
const GRID = [100, 80, 60, 40, 20, 0];

/**
 * @param {object} setup
 * @param {HTMLElement} setup.board
 * @param {import("./state.js").Stimulus[]} setup.stimuli
 * @param {import("../shared/scope.js").Scope} setup.scope
 * @param {(token: string) => void} setup.onPlay
 * @param {(token: string, score: number) => void} setup.onMove
 * @returns {{render: (state: import("./state.js").TrialState) => void, focus: (token: string) => void}}
 */
export function createBoard({ board, stimuli, scope, onPlay, onMove }) {
  const strips = stimuli.map((stimulus) => createStrip(stimulus));
  const row = el("div", { class: "strips" }, gridLines(), ...strips.map((strip) => strip.root));
  row.style.setProperty("--n-stimuli", String(strips.length));
  board.append(scaleLabels(), row);
  for (const strip of strips) listenTo(strip, { scope, onPlay, onMove });

  return {
    render(state) {
      state.stimuli.forEach((stimulus, index) => renderStrip(strips[index], stimulus, state));
    },
    focus(token) {
      strips.find((strip) => strip.token === token).button.focus();
    },
  };
}

function scaleLabels() {
  const words = INTERVALS.map((name) => el("span", { class: "scale__word" }, name));
  return el("div", { class: "scale", "aria-hidden": "true" }, ...words);
}

function gridLines() {
  const lines = GRID.map((score) => el("span", { class: "grid__line", "data-score": score }, String(score)));
  return el("div", { class: "grid-lines", "aria-hidden": "true" }, ...lines);
}

function createStrip({ token, label }) {
  const button = el(
    "button",
    { type: "button", class: "strip__play", "aria-label": `Stimulus ${label}`, "aria-pressed": "false" },
    label,
    el("span", { class: "sound-mark", "aria-hidden": "true" }),
  );
  const slider = el("input", {
    type: "range",
    class: "strip__slider",
    id: `slider-${label}`,
    min: 0,
    max: 100,
    step: 1,
    value: RESTING_VALUE,
    orient: "vertical",
    "aria-orientation": "vertical",
    "aria-label": `Rating of stimulus ${label}`,
    disabled: true,
  });
  const value = el("span", { class: "strip__value", "aria-hidden": "true" });
  const note = el("span", { class: "strip__note" });
  const slot = el("div", { class: "strip__slot" }, slider);
  const root = el("div", { class: "strip", "data-label": label }, button, slot, value, note);
  return { root, token, button, slider, value, note };
}

function listenTo({ token, button, slider }, { scope, onPlay, onMove }) {
  const move = () => onMove(token, Number(slider.value));
  scope.listen(button, "click", () => onPlay(token));
  scope.listen(slider, "input", move);
  // A press exactly where the unrated thumb waits moves nothing, yet it is a rating.
  scope.listen(slider, "pointerup", move);
}

function renderStrip({ root, token, button, slider, value, note }, stimulus, state) {
  const isCurrent = state.current === token;
  const rating = ratingState(stimulus);
  setAttribute(root, "data-rating", rating);
  setAttribute(root, "data-current", isCurrent);
  setAttribute(root, "data-sounding", isCurrent && state.isPlaying);
  setAttribute(button, "aria-pressed", String(isCurrent && state.isPlaying));
  enable(slider, button, canRate(state, token));
  place(slider, stimulus.score ?? RESTING_VALUE);
  setAttribute(slider, "aria-valuetext", scoreText(stimulus.score));
  setText(value, stimulus.score === null ? "–" : String(stimulus.score));
  setText(note, NOTES[rating]);
}

function place(slider, score) {
  if (Number(slider.value) !== score) slider.value = String(score);
  slider.style.setProperty("--score", String(score));
}

/** A slider that is switched off while it has the focus hands it to its button. */
function enable(slider, button, isEnabled) {
  if (slider.disabled === !isEnabled) return;
  if (!isEnabled && document.activeElement === slider) button.focus();
  slider.disabled = !isEnabled;
}
