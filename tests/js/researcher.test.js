import assert from "node:assert/strict";
import { test } from "node:test";

import { bandwidthLine, matchLine, moment, progressLine, scenarioHeading, timeLeft } from "../../static/js/researcher/words.js";

test("progress names what is done, failed and left", () => {
  assert.equal(progressLine({ done: 3, failed: 0, total: 8 }, 40), "3 of 8 rendered · about 40 s left");
  assert.equal(progressLine({ done: 7, failed: 1, total: 8 }, 0), "7 of 8 rendered · 1 failed");
  assert.equal(progressLine({ done: 8, failed: 0, total: 8 }, 0), "8 of 8 rendered");
});

test("time left is given in a unit that can be grasped, never as zero", () => {
  assert.equal(timeLeft(null), "waiting for the worker");
  assert.equal(timeLeft(0.2), "about 1 s left");
  assert.equal(timeLeft(89), "about 89 s left");
  assert.equal(timeLeft(150), "about 3 min left");
});

test("matches count recordings and speakers, one of each in the singular", () => {
  assert.equal(
    matchLine({ utterances: 1234, withText: 1234, speakers: 1 }),
    "1,234 recordings of 1 speaker match",
  );
  assert.equal(matchLine({ utterances: 1, withText: 1, speakers: 1 }), "1 recording of 1 speaker match");
  assert.equal(matchLine({ utterances: 0, withText: 0, speakers: 0 }), "none match");
});

test("recordings without text are told from those with", () => {
  assert.equal(
    matchLine({ utterances: 8, withText: 5, speakers: 2 }),
    "8 recordings of 2 speakers match, 5 with text",
  );
  assert.equal(
    matchLine({ utterances: 8, withText: 0, speakers: 2 }),
    "8 recordings of 2 speakers match, none with text",
  );
});

test("the 7 kHz anchor needs 9.1 kHz of bandwidth", () => {
  assert.match(bandwidthLine(9099), /too little/);
  assert.match(bandwidthLine(9100), /enough/);
  assert.equal(bandwidthLine(null), "");
});

test("moments are written in UTC, like the server writes them", () => {
  assert.equal(moment("2026-11-22T23:05:09+00:00"), "22 Nov, 23:05");
  assert.equal(moment("2026-11-22T23:05:09-03:00"), "23 Nov, 02:05");
  assert.equal(moment(null), "–");
});

test("a scenario is numbered beside others, and called by its title once it has one", () => {
  assert.equal(scenarioHeading(0, 1, ""), "Scenario");
  assert.equal(scenarioHeading(0, 1, " Sung "), "Scenario: Sung");
  assert.equal(scenarioHeading(2, 5, "  "), "Scenario 3");
  assert.equal(scenarioHeading(2, 5, "Sung"), "Scenario 3: Sung");
});
