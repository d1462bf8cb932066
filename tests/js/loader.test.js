import assert from "node:assert/strict";
import { test } from "node:test";

import { loadInOrder } from "../../static/js/trial/loader.js";
import { wavRate } from "../../static/js/trial/wav.js";

const setup = (fetchBytes, ready = new Map()) => ({ fetchBytes, decode: async (bytes) => `sound of ${bytes}`, onProgress: () => {}, ready });

test("sounds are fetched one after another in presented order", async () => {
  const log = [];
  const fetchBytes = async (url) => {
    log.push(`begin ${url}`);
    await new Promise((done) => setTimeout(done, url === "R" ? 5 : 0));
    log.push(`end ${url}`);
    return url;
  };
  const buffers = await loadInOrder(["R", "A", "B"], setup(fetchBytes));
  assert.deepEqual(log, ["begin R", "end R", "begin A", "end A", "begin B", "end B"]);
  assert.deepEqual(buffers, ["sound of R", "sound of A", "sound of B"]);
});

test("a second attempt fetches only what is missing", async () => {
  const ready = new Map();
  const fetched = [];
  let isDown = true;
  const fetchBytes = async (url) => {
    if (url === "B" && isDown) throw new Error("down");
    fetched.push(url);
    return url;
  };
  await assert.rejects(loadInOrder(["R", "A", "B"], setup(fetchBytes, ready)));
  isDown = false;
  await loadInOrder(["R", "A", "B"], setup(fetchBytes, ready));
  assert.deepEqual(fetched, ["R", "A", "B"]);
});

test("a WAV file's rate is read from its head, and other files are refused", () => {
  const head = new Uint8Array(44);
  head.set([..."RIFF"].map((c) => c.charCodeAt(0)), 0);
  head.set([..."WAVEfmt "].map((c) => c.charCodeAt(0)), 8);
  new DataView(head.buffer).setUint32(24, 24000, true);
  assert.equal(wavRate(head.buffer), 24000);
  assert.throws(() => wavRate(new ArrayBuffer(44)), /not a WAV/);
});
