import assert from "node:assert/strict";
import { test } from "node:test";

import { actionForKey } from "../../static/js/trial/keyboard.js";

const TWELVE = [..."ABCDEFGHIJKL"];
const press = (key, where = {}) => actionForKey({ key, hasModifier: false, place: "page", usesSpace: false, ...where }, TWELVE);

test("letters and digits choose stimuli by label and position", () => {
  assert.deepEqual(press("c"), { type: "stimulus", index: 2 });
  assert.deepEqual(press("L"), { type: "stimulus", index: 11 });
  assert.deepEqual(press("9"), { type: "stimulus", index: 8 });
});

test("a letter without a stimulus does nothing", () => {
  assert.equal(actionForKey({ key: "d", hasModifier: false, place: "page", usesSpace: false }, ["A", "B", "C"]), null);
});

test("no key has two meanings, even with twelve stimuli", () => {
  const others = ["r", "0", "s", "n", "t", "?", "[", "]", "\\", " "];
  for (const key of others) assert.notEqual(press(key).type, "stimulus", key);
  const meanings = others.map((key) => press(key).type);
  assert.equal(new Set(meanings).size, others.length - 1, "only R and 0 mean the same");
});

test("R and 0 are the reference", () => {
  assert.deepEqual([press("r"), press("R"), press("0")].map((action) => action.type), ["reference", "reference", "reference"]);
});

test("arrows rate on the chosen stimulus and scroll elsewhere", () => {
  assert.deepEqual(press("ArrowUp", { place: "board" }), { type: "nudge", by: 1 });
  assert.deepEqual(press("ArrowLeft", { place: "board" }), { type: "nudge", by: -1 });
  assert.deepEqual(press("PageDown", { place: "board" }), { type: "nudge", by: -10 });
  assert.deepEqual(press("End", { place: "board" }), { type: "set", score: 100 });
  assert.equal(press("ArrowUp"), null);
  assert.equal(press("ArrowUp", { place: "control" }), null, "the loop handles keep their own arrows");
});

test("space plays, but a focused button keeps its own space", () => {
  assert.deepEqual(press(" "), { type: "playPause" });
  assert.deepEqual(press(" ", { place: "board" }), { type: "playPause" });
  assert.equal(press(" ", { usesSpace: true }), null);
});

test("nothing is taken from typing or from the browser's shortcuts", () => {
  assert.equal(press("r", { place: "text" }), null);
  assert.equal(press("r", { hasModifier: true }), null);
});
