/**
 * Everything a trial page knows, as one value and a pure reducer.
 *
 * @typedef {object} Evidence  how a stimulus was listened to
 * @property {number} plays  times it began to be heard
 * @property {number} heard_s  seconds heard
 * @property {number} switches  times it was switched to while sound was running
 * @property {number} loops  times its loop wrapped while it was heard
 *
 * @typedef {object} RatingEvent  a rating on its way to the server
 * @property {string} stimulus  token
 * @property {number} sequence  1, 2, ... per stimulus
 * @property {number} score
 * @property {Evidence} evidence
 *
 * @typedef {object} Stimulus
 * @property {string} token
 * @property {string} label
 * @property {number | null} score
 * @property {number} sequence  number of the last rating made
 * @property {number} savedSequence  number of the last rating the server confirmed
 * @property {boolean} isMoved  the slider moved after the last rating was made
 * @property {boolean} heard
 * @property {Evidence} evidence
 *
 * @typedef {{token: string, url: string}} Signal
 *
 * @typedef {object} TrialState
 * @property {"loading" | "failed" | "ready"} phase
 * @property {{done: number, total: number, message: string}} loading
 * @property {string | null} reference  token of the labelled reference; null where none is shown
 * @property {Stimulus[]} stimuli  in presented order
 * @property {string} current  token of the signal chosen
 * @property {boolean} isPlaying
 * @property {boolean} requireHundred
 * @property {boolean} isReminded  the reminder about the score 100 has been shown
 * @property {"open" | "completing" | "done"} stage
 * @property {string} trouble  a sentence for the listener, or ""
 * @property {SaveStatus} saveStatus
 * @property {string} saveMessage  why saving does not succeed, or ""
 *
 * @typedef {"idle" | "saving" | "saved" | "retrying" | "rejected"} SaveStatus
 */

import { toScore } from "./scale.js";

/** A stimulus counts as heard after half a second, the shortest loop the standard allows. */
export const MIN_HEARD_S = 0.5;

const NO_EVIDENCE = { plays: 0, heard_s: 0, switches: 0, loops: 0 };

/**
 * @param {object} data  the page's trial-data
 * @param {(token: string) => {ratings: RatingEvent[], evidence: Evidence | null}} kept
 *   what this browser still holds of a stimulus from before a reload
 * @returns {TrialState}
 */
export function initialState(data, kept = () => ({ ratings: [], evidence: null })) {
  return {
    phase: "loading",
    loading: { done: 0, total: signalsOf(data).length, message: "" },
    reference: data.reference?.token ?? null,
    stimuli: data.stimuli.map((stimulus) => restored(stimulus, kept(stimulus.token))),
    current: signalsOf(data)[0].token,
    isPlaying: false,
    requireHundred: data.requireHundred,
    isReminded: false,
    stage: "open",
    trouble: "",
    saveStatus: data.stimuli.some(({ sequence }) => sequence > 0) ? "saved" : "idle",
    saveMessage: "",
  };
}

/**
 * The page's signals in presented order: the labelled reference first, if there is one.
 * @param {{reference: Signal | null, stimuli: Signal[]}} data  the page's trial-data
 * @returns {Signal[]}
 */
export function signalsOf({ reference, stimuli }) {
  return reference ? [reference, ...stimuli] : stimuli;
}

function restored({ token, label, score, sequence, heard }, { ratings, evidence }) {
  const stimulus = {
    token,
    label,
    score,
    sequence,
    savedSequence: sequence,
    isMoved: false,
    heard: heard || ratings.length > 0,
    evidence: evidence ?? NO_EVIDENCE,
  };
  const newest = ratings.reduce((a, b) => (b.sequence > a.sequence ? b : a), { sequence, score });
  return { ...stimulus, score: newest.score, sequence: newest.sequence };
}

const REDUCERS = {
  loaded: (state, { done }) => ({ ...state, loading: { ...state.loading, done } }),
  loadingStarted: (state) => ({ ...state, phase: "loading", loading: { ...state.loading, done: 0, message: "" } }),
  loadingFailed: (state, { message }) => ({ ...state, phase: "failed", loading: { ...state.loading, message } }),
  ready: (state) => ({ ...state, phase: "ready" }),
  selected: select,
  played: play,
  paused: (state) => ({ ...state, isPlaying: false }),
  listened: listen,
  moved: move,
  rated: (state, { token }) => changeStimulus(state, token, rate),
  renumbered: (state, { token, to }) =>
    changeStimulus(state, token, (one) => ({ ...one, sequence: Math.max(one.sequence, to) })),
  saved: (state, { token, sequence }) =>
    changeStimulus(state, token, (one) => ({ ...one, savedSequence: Math.max(one.savedSequence, sequence) })),
  saveStatus: (state, { status, message }) => ({ ...state, saveStatus: status, saveMessage: message }),
  reminded: (state) => ({ ...state, isReminded: true }),
  completing: (state) => ({ ...state, stage: "completing", trouble: "" }),
  completeFailed: (state, { message }) => ({ ...state, stage: "open", trouble: message }),
  completed: (state) => ({ ...state, stage: "done", trouble: "" }),
};

/**
 * @param {TrialState} state
 * @param {{type: keyof typeof REDUCERS} & Record<string, any>} action
 * @returns {TrialState} the same object when nothing changed
 * @throws {Error} on an unknown action
 */
export function reduce(state, action) {
  const reducer = REDUCERS[action.type];
  if (!reducer) throw new Error(`A trial has no action "${action.type}".`);
  return reducer(state, action);
}

function changeStimulus(state, token, change) {
  return { ...state, stimuli: state.stimuli.map((one) => (one.token === token ? change(one) : one)) };
}

function count(stimulus, names) {
  const evidence = { ...stimulus.evidence };
  for (const name of names) evidence[name] += 1;
  return { ...stimulus, evidence };
}

function select(state, { token }) {
  if (state.current === token) return state;
  const chosen = { ...state, current: token };
  return state.isPlaying ? changeStimulus(chosen, token, (one) => count(one, ["plays", "switches"])) : chosen;
}

function play(state) {
  if (state.isPlaying || state.phase !== "ready") return state;
  return changeStimulus({ ...state, isPlaying: true }, state.current, (one) => count(one, ["plays"]));
}

function listen(state, { token, seconds, loops }) {
  return changeStimulus(state, token, (one) => {
    const heard_s = one.evidence.heard_s + seconds;
    const evidence = { ...one.evidence, heard_s, loops: one.evidence.loops + loops };
    return { ...one, evidence, heard: one.heard || heard_s >= MIN_HEARD_S };
  });
}

function move(state, { token, score }) {
  if (!canRate(state, token) || stimulusOf(state, token).score === toScore(score)) return state;
  return changeStimulus({ ...state, trouble: "" }, token, (one) => ({ ...one, score: toScore(score), isMoved: true }));
}

function rate(stimulus) {
  return stimulus.isMoved ? { ...stimulus, sequence: stimulus.sequence + 1, isMoved: false } : stimulus;
}

/**
 * @param {TrialState} state
 * @param {string} token
 * @returns {Stimulus | undefined} undefined for the labelled reference
 */
export function stimulusOf(state, token) {
  return state.stimuli.find((one) => one.token === token);
}

/**
 * Whether this stimulus may be rated now: only the one being heard (BS.1534-3 5.4), once heard enough.
 * @param {TrialState} state
 * @param {string} token
 */
export function canRate(state, token) {
  const stimulus = stimulusOf(state, token);
  return Boolean(
    stimulus && state.stage === "open" && state.isPlaying && state.current === token && stimulus.heard && stimulus.evidence.heard_s > 0,
  );
}

/**
 * @param {Stimulus} stimulus
 * @returns {"unheard" | "unrated" | "rated"}
 */
export function ratingState({ score, heard }) {
  if (score !== null) return "rated";
  return heard ? "unrated" : "unheard";
}

/**
 * Labels of the stimuli that keep the page from being left.
 * @param {TrialState} state
 * @returns {{unheard: string[], unrated: string[], unsaved: string[]}}
 */
export function missing(state) {
  const labels = (test) => state.stimuli.filter(test).map((one) => one.label);
  return {
    unheard: labels((one) => !one.heard),
    unrated: labels((one) => one.heard && one.score === null),
    unsaved: labels(isUnsaved),
  };
}

function isUnsaved({ isMoved, sequence, savedSequence }) {
  return isMoved || sequence > savedSequence;
}

/** @param {TrialState} state */
export function hasUnsaved(state) {
  return state.stimuli.some(isUnsaved);
}

/** @param {TrialState} state */
export function canComplete(state) {
  const { unheard, unrated, unsaved } = missing(state);
  return state.phase === "ready" && state.stage === "open" && !unheard.length && !unrated.length && !unsaved.length;
}

/**
 * Whether "Next" should first remind that one stimulus is usually rated 100. Asked once, never enforced.
 * @param {TrialState} state
 */
export function needsReminder(state) {
  return state.requireHundred && !state.isReminded && !state.stimuli.some((one) => one.score === 100);
}

/** @param {TrialState} state */
export function ratedCount(state) {
  return state.stimuli.filter((one) => one.score !== null).length;
}
