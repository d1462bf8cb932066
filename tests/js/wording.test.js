import assert from "node:assert/strict";
import { test } from "node:test";

import { intervalName, scoreText } from "../../static/js/trial/scale.js";
import { initialState, reduce } from "../../static/js/trial/state.js";
import { progressSentence, ratedSentence, readySentence, remainingSentence } from "../../static/js/trial/wording.js";
import { trialData } from "./trial_data.js";

test("the five intervals are equal and their borders belong to the better one", () => {
  assert.deepEqual([0, 19, 20, 39, 40, 59, 60, 79, 80, 100].map(intervalName), [
    "Bad", "Bad", "Poor", "Poor", "Fair", "Fair", "Good", "Good", "Excellent", "Excellent",
  ]);
});

test("a slider says its score and interval, or that it is not rated", () => {
  assert.equal(scoreText(62), "62, Good");
  assert.equal(scoreText(0), "0, Bad");
  assert.equal(scoreText(null), "not rated");
  assert.equal(ratedSentence({ label: "C", score: 62 }), "C rated 62, Good");
});

test("what is still to do is named by label", () => {
  const state = reduce(initialState(trialData({ saved: { A: { score: 100, sequence: 1 } } })), { type: "ready" });
  assert.equal(remainingSentence(state), "Still to hear: B, C.");
  assert.equal(progressSentence(state), "1 of 3 rated. Still to hear: B, C. Saved.");
});

test("a refused rating is named, not waited for", () => {
  const unsaved = { stimulus: "tA", sequence: 2, score: 70 };
  const saved = Object.fromEntries(["A", "B", "C"].map((label) => [label, { score: 50, sequence: 1 }]));
  const kept = (token) => ({ ratings: token === "tA" ? [unsaved] : [], evidence: null });
  const state = initialState(trialData({ saved }), kept);
  assert.equal(remainingSentence(state), "Waiting until your ratings are saved.");
  const refused = reduce(state, { type: "saveStatus", status: "rejected", message: "No." });
  assert.equal(remainingSentence(refused), "Not saved: A. Move a slider again to rate anew.");
});

test("what is ready is said with the reference or without one", () => {
  assert.equal(readySentence(initialState(trialData())), "Ready. 3 stimuli and the reference.");
  assert.equal(readySentence(initialState(trialData({ hasReference: false }))), "Ready. 3 stimuli, no reference.");
});
