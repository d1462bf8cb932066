import assert from "node:assert/strict";
import { test } from "node:test";

import { getBytes, HttpError, postJson } from "../../static/js/shared/http.js";

const answering = (status, body) => async () => new Response(body, { status });

test("an answer's JSON comes back", async () => {
  assert.deepEqual(await postJson("/x/", {}, { fetch: answering(201, '{"score": 5}') }), { score: 5 });
});

test("a refusal carries the server's own words and code", async () => {
  const body = '{"error": {"code": "not_heard", "message": "Listen first.", "field": null}}';
  await assert.rejects(postJson("/x/", {}, { fetch: answering(400, body) }), (error) => {
    assert.ok(error instanceof HttpError);
    assert.deepEqual([error.message, error.code, error.status, error.isTemporary], ["Listen first.", "not_heard", 400, false]);
    return true;
  });
});

test("a page that is not ours still gives a readable error", async () => {
  await assert.rejects(getBytes("/x/", { fetch: answering(502, "<html>Bad gateway") }), { status: 502, isTemporary: true, message: "The server answered 502." });
});

test("no answer at all is temporary", async () => {
  const fetch = async () => {
    throw new TypeError("Failed to fetch");
  };
  await assert.rejects(postJson("/x/", {}, { fetch }), { status: 0, isTemporary: true });
});
