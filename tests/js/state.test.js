import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { canComplete, canRate, hasUnsaved, initialState, missing, needsReminder, ratingState, reduce, signalsOf, stimulusOf } from "../../static/js/trial/state.js";
import { trialData } from "./trial_data.js";

const after = (state, ...actions) => actions.reduce(reduce, state);
const ready = (options) => after(initialState(trialData(options)), { type: "ready" });
const hear = (token, seconds = 1) => [{ type: "selected", token }, { type: "played" }, { type: "listened", token, seconds, loops: 0 }];
const rateAndSave = (token, score, sequence = 1) => [
  ...hear(token),
  { type: "moved", token, score },
  { type: "rated", token },
  { type: "saved", token, sequence },
];
const rateAll = (score) => ["tA", "tB", "tC"].flatMap((token) => rateAndSave(token, score));

describe("rating", () => {
  test("only the stimulus being heard can be rated", () => {
    const state = after(ready(), ...hear("tA"), ...hear("tB"));
    assert.equal(canRate(state, "tB"), true);
    assert.equal(canRate(state, "tA"), false);
  });

  test("nothing can be rated while paused", () => {
    assert.equal(canRate(after(ready(), ...hear("tA"), { type: "paused" }), "tA"), false);
  });

  test("a stimulus must have been heard for a moment first", () => {
    assert.equal(canRate(after(ready(), ...hear("tA", 0.4)), "tA"), false);
    assert.equal(canRate(after(ready(), ...hear("tA", 0.4), { type: "listened", token: "tA", seconds: 0.1, loops: 0 }), "tA"), true);
  });

  test("the labelled reference cannot be rated", () => {
    assert.equal(canRate(after(ready(), ...hear("tR", 5)), "tR"), false);
  });

  test("moving a slider that may not be rated changes nothing", () => {
    const state = after(ready(), ...hear("tA"));
    assert.equal(reduce(state, { type: "moved", token: "tB", score: 80 }), state);
  });

  test("a score is whole and within 0 to 100", () => {
    const moved = (score) => stimulusOf(after(ready(), ...hear("tA"), { type: "moved", token: "tA", score }), "tA").score;
    assert.deepEqual([moved(-5), moved(62.4), moved(130)], [0, 62, 100]);
  });

  test("a score of 0 is a rating, an untouched slider is not", () => {
    const state = after(ready(), ...hear("tA"), { type: "moved", token: "tA", score: 0 });
    assert.equal(ratingState(stimulusOf(state, "tA")), "rated");
    assert.equal(ratingState(stimulusOf(after(ready(), ...hear("tB")), "tB")), "unrated");
    assert.equal(ratingState(stimulusOf(state, "tC")), "unheard");
  });

  test("each rating of a stimulus has the next number", () => {
    const first = after(ready(), ...hear("tA"), { type: "moved", token: "tA", score: 40 }, { type: "rated", token: "tA" });
    const second = after(first, { type: "moved", token: "tA", score: 41 }, { type: "rated", token: "tA" });
    assert.equal(stimulusOf(first, "tA").sequence, 1);
    assert.equal(stimulusOf(second, "tA").sequence, 2);
    assert.equal(stimulusOf(second, "tB").sequence, 0);
  });

  test("a movement that ends where it began makes no rating", () => {
    const rated = after(ready(), ...rateAndSave("tA", 40));
    const again = after(rated, { type: "moved", token: "tA", score: 40 }, { type: "rated", token: "tA" });
    assert.equal(stimulusOf(again, "tA").sequence, 1);
  });

  test("numbers go on from what the server knows", () => {
    const state = ready({ saved: { A: { score: 55, sequence: 7 } } });
    const next = after(state, ...hear("tA"), { type: "moved", token: "tA", score: 60 }, { type: "rated", token: "tA" });
    assert.equal(stimulusOf(next, "tA").sequence, 8);
  });
});

describe("evidence", () => {
  test("switches, plays, seconds and loops are counted per stimulus", () => {
    const state = after(
      ready(),
      ...hear("tA", 2),
      { type: "selected", token: "tB" },
      { type: "listened", token: "tB", seconds: 3, loops: 1 },
      { type: "selected", token: "tA" },
      { type: "paused" },
      { type: "played" },
    );
    assert.deepEqual(stimulusOf(state, "tA").evidence, { plays: 3, heard_s: 2, switches: 1, loops: 0 });
    assert.deepEqual(stimulusOf(state, "tB").evidence, { plays: 1, heard_s: 3, switches: 1, loops: 1 });
  });

  test("choosing what is already chosen counts nothing", () => {
    const state = after(ready(), ...hear("tA"));
    assert.equal(reduce(state, { type: "selected", token: "tA" }), state);
  });
});

describe("leaving the page", () => {
  test("needs every stimulus heard, rated and saved", () => {
    const rated = after(ready(), ...rateAndSave("tA", 100), ...rateAndSave("tB", 50), ...hear("tC"));
    assert.deepEqual(missing(rated), { unheard: [], unrated: ["C"], unsaved: [] });
    assert.equal(canComplete(rated), false);
    const moved = after(rated, { type: "moved", token: "tC", score: 20 });
    assert.deepEqual(missing(moved).unsaved, ["C"]);
    const waiting = after(moved, { type: "rated", token: "tC" });
    assert.equal(canComplete(waiting), false);
    assert.equal(hasUnsaved(waiting), true);
    assert.equal(canComplete(after(waiting, { type: "saved", token: "tC", sequence: 1 })), true);
  });

  test("a late confirmation of an older rating does not count for the newer one", () => {
    const twice = after(ready(), ...hear("tA"), { type: "moved", token: "tA", score: 1 }, { type: "rated", token: "tA" }, { type: "moved", token: "tA", score: 2 }, { type: "rated", token: "tA" });
    assert.deepEqual(missing(after(twice, { type: "saved", token: "tA", sequence: 1 })).unsaved, ["A"]);
  });

  test("one reminder when nothing was rated 100, and never a second", () => {
    const done = after(ready(), ...rateAll(60));
    assert.equal(needsReminder(done), true);
    assert.equal(needsReminder(reduce(done, { type: "reminded" })), false);
  });

  test("no reminder when one is 100 or the test does not ask", () => {
    assert.equal(needsReminder(after(ready(), ...rateAll(100))), false);
    assert.equal(needsReminder(after(ready({ requireHundred: false }), ...rateAll(60))), false);
  });

  test("is not possible twice at once", () => {
    assert.equal(canComplete(after(ready(), ...rateAll(100), { type: "completing" })), false);
  });
});

describe("coming back", () => {
  test("saved scores, numbers and heard marks are restored", () => {
    const state = ready({ saved: { A: { score: 0, sequence: 2 }, B: { score: 70, sequence: 1 } } });
    assert.deepEqual(state.stimuli.map(({ score, heard }) => [score, heard]), [[0, true], [70, true], [null, false]]);
    assert.equal(hasUnsaved(state), false);
  });

  test("a rating this browser could not deliver is shown and counts as unsaved", () => {
    const kept = (token) => ({ ratings: token === "tA" ? [{ sequence: 1, score: 10 }, { sequence: 2, score: 20 }] : [], evidence: null });
    const state = reduce(initialState(trialData(), kept), { type: "ready" });
    assert.equal(stimulusOf(state, "tA").score, 20);
    assert.deepEqual(missing(state).unsaved, ["A"]);
  });

  test("a kept rating older than the server's does not replace it", () => {
    const kept = (token) => ({ ratings: token === "tA" ? [{ sequence: 1, score: 10 }] : [], evidence: null });
    const state = initialState(trialData({ saved: { A: { score: 66, sequence: 4 } } }), kept);
    assert.equal(stimulusOf(state, "tA").score, 66);
    assert.equal(stimulusOf(state, "tA").sequence, 4);
  });
});

test("an unknown action is refused", () => {
  assert.throws(() => reduce(ready(), { type: "guess" }), /no action "guess"/);
});

test("nothing plays before the sounds are there", () => {
  const loading = initialState(trialData());
  assert.equal(reduce(loading, { type: "played" }), loading);
});

describe("a page without a labelled reference", () => {
  const alone = { hasReference: false };

  test("begins at the first stimulus, which is heard like any other", () => {
    const state = after(ready(alone), { type: "played" }, { type: "listened", token: "tA", seconds: 1, loops: 0 });
    assert.deepEqual([state.reference, state.current, canRate(state, "tA")], [null, "tA", true]);
    assert.equal(stimulusOf(state, "tA").evidence.plays, 1);
  });

  test("loads as many sounds as it has stimuli", () => {
    assert.equal(initialState(trialData(alone)).loading.total, 3);
    assert.equal(initialState(trialData()).loading.total, 4);
    assert.deepEqual(signalsOf(trialData()).map(({ token }) => token), ["tR", "tA", "tB", "tC"]);
  });

  test("is done when all stimuli are rated", () => {
    assert.equal(canComplete(after(ready({ ...alone, requireHundred: false }), ...rateAll(50))), true);
  });
});
