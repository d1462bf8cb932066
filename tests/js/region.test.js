import assert from "node:assert/strict";
import { test } from "node:test";

import { fadedRegion, offsetInRegion, wholeClip, withEnd, withStart } from "../../static/js/trial/region.js";

const CLIP = { rateHz: 16000, nFrames: 48000 };
const HALF_SECOND = 8000;

test("a loop is never shorter than 500 ms, whichever end is moved", () => {
  const whole = wholeClip(CLIP.nFrames);
  for (const wish of [-100, 0, 20000, 39999, 40001, 48000, 60000]) {
    for (const region of [withStart(whole, wish, CLIP), withEnd(whole, wish, CLIP)]) {
      assert.ok(region.end - region.start >= HALF_SECOND, `wished ${wish}`);
      assert.ok(region.start >= 0 && region.end <= CLIP.nFrames, `wished ${wish}`);
    }
  }
});

test("moving one end leaves the other where it was", () => {
  const region = { start: 10000, end: 30000 };
  assert.deepEqual(withStart(region, 12000, CLIP), { start: 12000, end: 30000 });
  assert.deepEqual(withEnd(region, 25000.4, CLIP), { start: 10000, end: 25000 });
});

test("a clip shorter than 500 ms is looped whole", () => {
  const short = { rateHz: 16000, nFrames: 7000 };
  assert.deepEqual(withStart(wholeClip(7000), 3000, short), { start: 0, end: 7000 });
  assert.deepEqual(withEnd(wholeClip(7000), 3000, short), { start: 0, end: 7000 });
});

test("playback goes on where it was when that lies in the new region", () => {
  assert.equal(offsetInRegion({ start: 100, end: 900 }, 350), 250);
});

test("playback goes to the region's start when it was outside", () => {
  assert.equal(offsetInRegion({ start: 100, end: 900 }, 99), 0);
  assert.equal(offsetInRegion({ start: 100, end: 900 }, 900), 0);
});

test("a looped copy carries raised-cosine borders and nothing else", () => {
  const copy = fadedRegion(new Float32Array(1000).fill(1), { start: 100, end: 900 }, 80);
  assert.equal(copy.length, 800);
  for (let k = 0; k < 80; k += 1) {
    assert.ok(Math.abs(copy[k] - 0.5 * (1 - Math.cos((Math.PI * k) / 80))) < 1e-6);
    assert.ok(Math.abs(copy[799 - k] - copy[k]) < 1e-6);
  }
  assert.ok(copy.slice(80, 720).every((value) => value === 1));
});

test("the recording itself is not changed", () => {
  const samples = new Float32Array(1000).fill(1);
  fadedRegion(samples, { start: 0, end: 1000 }, 80);
  assert.ok(samples.every((value) => value === 1));
});
