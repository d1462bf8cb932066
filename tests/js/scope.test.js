import assert from "node:assert/strict";
import { test } from "node:test";

import { createScope } from "../../static/js/shared/scope.js";

test("a disposed scope hears and does nothing any more", async () => {
  const scope = createScope();
  const target = new EventTarget();
  let calls = 0;
  const call = () => (calls += 1);
  scope.listen(target, "ping", call);
  scope.after(call, 1);
  scope.every(call, 1);
  scope.dispose();
  target.dispatchEvent(new Event("ping"));
  await new Promise((done) => setTimeout(done, 15));
  assert.equal(calls, 0);
});

test("a cancelled timer does not run; the others do", async () => {
  const scope = createScope();
  const ran = [];
  const cancel = scope.after(() => ran.push("cancelled"), 1);
  scope.after(() => ran.push("kept"), 2);
  cancel();
  await new Promise((done) => setTimeout(done, 15));
  assert.deepEqual(ran, ["kept"]);
});

test("what a scope owns ends in reverse order, once", () => {
  const scope = createScope();
  const ended = [];
  scope.own(() => ended.push("first"));
  scope.own(() => ended.push("second"));
  scope.dispose();
  scope.dispose();
  assert.deepEqual(ended, ["second", "first"]);
});
