/**
 * Which key does what. `actionForKey` is pure; `bindKeys` listens.
 *
 * Keys never act with Ctrl, Alt or Meta held, nor while text is typed; Space and Enter on a button
 * do what that button does; arrows rate only from the chosen stimulus, so that elsewhere they scroll.
 */

const DIGITS = /^[1-9]$/;
const STEPS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };
const ENDS = { Home: 0, End: 100 };
const PLAIN = {
  r: { type: "reference" },
  0: { type: "reference" },
  s: { type: "restart" },
  n: { type: "next" },
  t: { type: "tell" },
  "?": { type: "help" },
  "[": { type: "loopStart" },
  "]": { type: "loopEnd" },
  "\\": { type: "loopWhole" },
};

/**
 * @typedef {object} KeyPress
 * @property {string} key
 * @property {boolean} hasModifier  Ctrl, Alt or Meta
 * @property {"page" | "board" | "control" | "text"} place  where the focus is:
 *   board: the slider or button of the chosen stimulus; control: anything else with keys of its own
 * @property {boolean} usesSpace  the focused control does something of its own on Space
 *
 * @typedef {{type: string, index?: number, by?: number, score?: number}} KeyAction
 */

/**
 * @param {KeyPress} press
 * @param {string[]} labels  of the stimuli, in presented order
 * @returns {KeyAction | null} null: leave the key to the browser
 */
export function actionForKey({ key, hasModifier, place, usesSpace }, labels) {
  if (hasModifier || place === "text") return null;
  if (key === " ") return usesSpace ? null : { type: "playPause" };
  if (place === "board" && key in STEPS) return { type: "nudge", by: STEPS[key] };
  if (place === "board" && key in ENDS) return { type: "set", score: ENDS[key] };
  return stimulusAction(key, labels) ?? PLAIN[key.toLowerCase()] ?? null;
}

function stimulusAction(key, labels) {
  const byLabel = labels.findIndex((label) => label.toLowerCase() === key.toLowerCase());
  const index = DIGITS.test(key) ? Number(key) - 1 : byLabel;
  return index >= 0 && index < labels.length ? { type: "stimulus", index } : null;
}

/**
 * @param {object} setup
 * @param {import("../shared/scope.js").Scope} setup.scope
 * @param {string[]} setup.labels
 * @param {() => boolean} setup.isOn  single-letter keys can be switched off (WCAG 2.1.4)
 * @param {(action: KeyAction) => boolean} setup.act  false: it did nothing, the browser may
 */
export function bindKeys({ scope, labels, isOn, act }) {
  scope.listen(document, "keydown", (event) => {
    if (!isOn() || event.defaultPrevented) return;
    const action = actionForKey(pressOf(event), labels);
    if (!action || (event.repeat && action.type !== "nudge")) return;
    if (act(action)) event.preventDefault();
  });
}

function pressOf(event) {
  const { target } = event;
  return {
    key: event.key,
    hasModifier: event.ctrlKey || event.altKey || event.metaKey,
    place: placeOf(target),
    usesSpace: target instanceof Element && target.matches("button, a, summary, [type=checkbox], [type=radio]"),
  };
}

function placeOf(target) {
  if (!(target instanceof Element)) return "page";
  if (target.closest("#board .strip[data-current]")) return "board";
  if (target.matches("textarea, select, input:not([type=range], [type=checkbox], [type=radio])")) return "text";
  return target.matches("input") ? "control" : "page";
}
