import assert from "node:assert/strict";
import { test } from "node:test";

import { fadeFrames, fadeInCurve, fadeOutCurve, frameAt, offsetAt, switchSchedule, wrapsBetween } from "../../static/js/trial/schedule.js";

const RATES = [8000, 16000, 22050, 24000, 44100, 48000, 96000, 192000];

test("a fade lasts 5 ms to the nearest frame at every rate", () => {
  for (const rateHz of RATES) assert.ok(Math.abs(fadeFrames(rateHz) / rateHz - 0.005) <= 0.5001 / rateHz);
});

test("a fade out is a raised cosine from 1 to 0", () => {
  const curve = fadeOutCurve(80);
  assert.equal(curve.length, 81);
  assert.equal(curve[0], 1);
  assert.ok(Math.abs(curve[40] - 0.5) < 1e-7);
  assert.ok(Math.abs(curve[20] - (0.5 + Math.SQRT1_2 / 2)) < 1e-6);
  assert.ok(Math.abs(curve[80]) < 1e-7);
});

test("a fade in mirrors a fade out", () => {
  assert.deepEqual([...fadeInCurve(80)], [...fadeOutCurve(80)].reverse());
});

test("a switch fades in only when the fade out has ended", () => {
  const schedule = switchSchedule(1, 16000);
  assert.equal(schedule.outFrame, 16000);
  assert.equal(schedule.inFrame, 16080);
  assert.equal(schedule.endFrame, 16160);
});

test("a switch takes at most 12 ms at every rate", () => {
  for (const rateHz of RATES) {
    const { outFrame, endFrame } = switchSchedule(0.3, rateHz);
    assert.ok((endFrame - outFrame) / rateHz <= 0.012);
  }
});

test("a switch starts on a whole frame not earlier than now", () => {
  const { outTime, outFrame } = switchSchedule(0.123456, 44100);
  assert.equal(outFrame, Math.ceil(0.123456 * 44100));
  assert.equal(outTime, outFrame / 44100);
});

test("a time that is a frame up to rounding error is that frame", () => {
  for (const rateHz of RATES) {
    for (let frame = 1; frame < 5000; frame += 7) assert.equal(frameAt(frame / rateHz, rateHz), frame);
  }
});

test("a switch waits for earlier fades and keeps its lead", () => {
  assert.equal(switchSchedule(0, 16000, { busyUntil: 500 }).outFrame, 500);
  assert.equal(switchSchedule(0, 16000, { leadFrames: 192 }).outFrame, 192);
});

test("the offset runs through the loop and wraps", () => {
  const run = { startFrame: 1000, offset: 10, length: 100 };
  assert.equal(offsetAt(run, 1000), 10);
  assert.equal(offsetAt(run, 1089), 99);
  assert.equal(offsetAt(run, 1090), 0);
  assert.equal(offsetAt(run, 900), 10, "before the run starts it rests at its offset");
});

test("wraps are counted once however the time is cut", () => {
  const run = { startFrame: 0, offset: 40, length: 100 };
  assert.equal(wrapsBetween(run, 0, 59), 0);
  assert.equal(wrapsBetween(run, 0, 60), 1);
  let total = 0;
  for (let frame = 0; frame < 1000; frame += 13) total += wrapsBetween(run, frame, Math.min(frame + 13, 1000));
  assert.equal(total, wrapsBetween(run, 0, 1000));
  assert.equal(total, 10);
});
