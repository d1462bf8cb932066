import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { HttpError } from "../../static/js/shared/http.js";
import { createJournal } from "../../static/js/trial/journal.js";
import { createSaver, retryDelay } from "../../static/js/trial/saver.js";

const settle = () => new Promise((done) => setImmediate(done));
const rating = (stimulus, sequence, score = 50) => ({ stimulus, sequence, score, evidence: { plays: 1, heard_s: 2, switches: 0, loops: 0 } });

/** A server that keeps what it is sent, as the real one does, and can be switched off. */
function fakeServer() {
  const server = { isUp: true, loseAnswers: 0, refused: new Set(), saved: new Map(), sends: [] };
  server.send = async ({ stimulus, sequence, score }) => {
    server.sends.push(`${stimulus}${sequence}`);
    if (!server.isUp) throw new HttpError("Unreachable.", { status: 0 });
    const key = `${stimulus}${sequence}`;
    if (server.refused.has(key)) throw new HttpError(`No ${key}.`, { status: 400, code: "not_heard" });
    const known = server.saved.get(key);
    if (known !== undefined && known !== score) throw new HttpError("Taken.", { status: 409, code: "sequence_taken" });
    server.saved.set(key, score);
    if (server.loseAnswers-- > 0) throw new HttpError("Lost.", { status: 0 });
  };
  return server;
}

function fakeStorage() {
  const kept = new Map();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
}

function bench({ server = fakeServer(), storage = fakeStorage() } = {}) {
  const timers = [];
  const seen = { statuses: [], messages: [], saved: [], renumbered: [] };
  const journal = createJournal(storage, "/s/demo/");
  const saver = createSaver({
    send: server.send,
    journal,
    after: (run, ms) => {
      timers.push({ run, ms });
      return () => timers.splice(0);
    },
    onStatus: (status, message) => {
      seen.statuses.push(status);
      seen.messages.push(message);
    },
    onSaved: ({ stimulus, sequence }) => seen.saved.push(`${stimulus}${sequence}`),
    onRenumbered: ({ stimulus }, to) => seen.renumbered.push([stimulus, to]),
  });
  const tick = async () => {
    timers.shift().run();
    await settle();
  };
  return { server, storage, journal, saver, timers, seen, tick };
}

describe("saving", () => {
  test("ratings reach the server in the order made, one at a time", async () => {
    const { saver, server, seen } = bench();
    for (const one of [rating("A", 1), rating("B", 1), rating("A", 2, 60)]) saver.add(one);
    assert.deepEqual(server.sends, ["A1"]);
    await settle();
    assert.deepEqual(server.sends, ["A1", "B1", "A2"]);
    assert.deepEqual(seen.saved, ["A1", "B1", "A2"]);
    assert.equal(seen.statuses.at(-1), "saved");
  });

  test("saved is never said while something waits", async () => {
    const { saver, seen } = bench();
    saver.add(rating("A", 1));
    saver.add(rating("A", 2));
    await settle();
    assert.equal(seen.statuses.filter((status) => status === "saved").length, 1);
  });
});

describe("without a connection", () => {
  test("a rating is retried with growing pauses until it is saved", async () => {
    const { saver, server, timers, seen, tick } = bench();
    server.isUp = false;
    saver.add(rating("A", 1));
    await settle();
    assert.equal(seen.statuses.at(-1), "retrying");
    const pauses = [];
    for (let n = 0; n < 6; n += 1) {
      pauses.push(timers[0].ms);
      await tick();
    }
    assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 15000, 15000]);
    server.isUp = true;
    await tick();
    assert.equal(seen.statuses.at(-1), "saved");
    assert.equal(server.saved.get("A1"), 50);
  });

  test("ratings made meanwhile wait their turn and none is lost", async () => {
    const { saver, server, seen } = bench();
    server.isUp = false;
    saver.add(rating("A", 1));
    await settle();
    saver.add(rating("B", 1));
    saver.add(rating("A", 2));
    server.isUp = true;
    saver.retryNow();
    await settle();
    assert.deepEqual(seen.saved, ["A1", "B1", "A2"]);
    assert.equal(saver.isIdle, true);
  });

  test("a rating whose answer was lost is sent again and stored once", async () => {
    const { saver, server, tick } = bench();
    server.loseAnswers = 1;
    saver.add(rating("A", 1));
    await settle();
    await tick();
    assert.deepEqual(server.sends, ["A1", "A1"]);
    assert.equal(server.saved.size, 1);
    assert.equal(saver.isIdle, true);
  });
});

describe("after a reload", () => {
  test("what was unsaved is flushed, and the journal is empty afterwards", async () => {
    const before = bench();
    before.server.isUp = false;
    before.saver.add(rating("A", 1));
    before.saver.add(rating("A", 2, 70));
    await settle();
    const later = bench({ storage: before.storage });
    later.saver.resume(later.journal.ratings("A"));
    await settle();
    assert.deepEqual([...later.server.saved], [["A1", 50], ["A2", 70]]);
    assert.equal(before.storage.kept.size, 0);
  });

  test("another sitting in the same browser is left alone", () => {
    const storage = fakeStorage();
    createJournal(storage, "/s/one/").add(rating("A", 1));
    assert.deepEqual(createJournal(storage, "/s/two/").ratings("A"), []);
  });
});

describe("refusals", () => {
  test("a number used by another tab is skipped, for waiting ratings too", async () => {
    const { saver, server, seen } = bench();
    server.saved.set("A1", 10);
    saver.add(rating("A", 1, 20));
    saver.add(rating("A", 2, 30));
    await settle();
    assert.deepEqual([...server.saved], [["A1", 10], ["A2", 20], ["A3", 30]]);
    assert.deepEqual(seen.renumbered, [["A", 3]]);
  });

  test("a final refusal is told and the rating is kept", async () => {
    const closed = async () => {
      throw new HttpError("This page is closed.", { status: 409, code: "completed" });
    };
    const { saver, journal, seen, timers } = bench({ server: { send: closed } });
    saver.add(rating("A", 1));
    await settle();
    assert.equal(seen.statuses.at(-1), "rejected");
    assert.equal(journal.ratings("A").length, 1);
    assert.equal(timers.length, 0);
    assert.equal(saver.isIdle, false);
  });

  test("the ratings behind a refused one are sent and saved, and it is not forgotten", async () => {
    const { saver, server, journal, seen } = bench();
    server.refused.add("A1");
    saver.add(rating("A", 1));
    saver.add(rating("B", 1));
    await settle();
    saver.add(rating("C", 1));
    await settle();
    assert.deepEqual(server.sends, ["A1", "B1", "C1"]);
    assert.deepEqual(seen.saved, ["B1", "C1"]);
    assert.deepEqual([seen.statuses.at(-1), seen.messages.at(-1)], ["rejected", "No A1."]);
    assert.equal(seen.statuses.includes("saved"), false);
    assert.equal(saver.isIdle, false);
    assert.deepEqual(["A", "B", "C"].map((token) => journal.ratings(token).length), [1, 0, 0]);
  });

  test("a later rating of the same stimulus replaces the refused one", async () => {
    const { saver, server, storage, seen } = bench();
    server.refused.add("A1").add("A2");
    for (const one of [rating("A", 1), rating("A", 2, 60)]) saver.add(one);
    await settle();
    assert.equal(seen.statuses.at(-1), "rejected");
    saver.add(rating("A", 3, 70));
    await settle();
    assert.equal(seen.statuses.at(-1), "saved");
    assert.equal(saver.isIdle, true);
    assert.deepEqual([...server.saved], [["A3", 70]]);
    assert.equal(storage.kept.size, 0);
  });

  test("an earlier rating that was saved does not replace a refused one", async () => {
    const { saver, server, seen } = bench();
    server.refused.add("A2");
    for (const one of [rating("A", 1), rating("A", 2, 60), rating("B", 1)]) saver.add(one);
    await settle();
    assert.deepEqual(seen.saved, ["A1", "B1"]);
    assert.equal(seen.statuses.at(-1), "rejected");
  });

  test("a refusal stays told while the connection is away", async () => {
    const { saver, server, seen, tick } = bench();
    server.refused.add("A1");
    saver.add(rating("A", 1));
    await settle();
    server.isUp = false;
    saver.add(rating("B", 1));
    await settle();
    assert.equal(seen.statuses.at(-1), "rejected");
    server.isUp = true;
    await tick();
    assert.deepEqual(seen.saved, ["B1"]);
    assert.equal(seen.statuses.at(-1), "rejected");
  });

  test("after a reload a refused rating holds up no other", async () => {
    const before = bench();
    before.server.refused.add("A1");
    before.saver.add(rating("A", 1));
    await settle();
    const later = bench({ storage: before.storage, server: before.server });
    later.saver.resume(later.journal.ratings("A"));
    later.saver.add(rating("B", 1));
    await settle();
    assert.deepEqual(later.seen.saved, ["B1"]);
    assert.equal(later.seen.statuses.at(-1), "rejected");
    assert.equal(later.journal.ratings("A").length, 1);
  });
});

test("storage that refuses everything does not stop saving", async () => {
  const refuse = () => {
    throw new Error("denied");
  };
  const { saver, server } = bench({ storage: { getItem: refuse, setItem: refuse, removeItem: refuse } });
  saver.add(rating("A", 1));
  await settle();
  assert.equal(server.saved.get("A1"), 50);
});

test("the pause between attempts grows and stays bounded", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 20].map(retryDelay), [1000, 2000, 4000, 8000, 15000, 15000]);
});
