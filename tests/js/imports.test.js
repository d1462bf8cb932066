/**
 * Static files are served under hashed names, and the hashing reads imports by pattern: one without
 * a semicolon or an extension is silently left alone, and a circle of imports (type imports in
 * comments count) never settles.
 */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../static/js", import.meta.url));
const FILES = readdirSync(ROOT, { recursive: true }).filter((name) => name.endsWith(".js"));
const sourceOf = (name) => readFileSync(join(ROOT, name), "utf8");
const WELL_FORMED = /from "\.{1,2}\/[\w/.-]+\.js";$/;

function importsOf(name) {
  const found = sourceOf(name).matchAll(/(?:from |import\()"(\.[^"]+)"/g);
  return [...found].map(([, path]) => relative(ROOT, join(ROOT, dirname(name), path)));
}

test("every import is relative, has its extension and ends with a semicolon", () => {
  for (const name of FILES) {
    const statements = sourceOf(name).match(/^(?:import|export) [^;(]*? from .*$/gm) ?? [];
    for (const statement of statements) assert.match(statement, WELL_FORMED, `${name}: ${statement}`);
  }
});

test("every import names a file that exists", () => {
  for (const name of FILES) for (const path of importsOf(name)) assert.ok(FILES.includes(path), `${name} imports ${path}`);
});

test("no import, not even of a type in a comment, leads back to its own file", () => {
  const visit = (name, trail) => {
    assert.ok(!trail.includes(name), [...trail, name].join(" -> "));
    for (const next of importsOf(name)) visit(next, [...trail, name]);
  };
  for (const name of FILES) visit(name, []);
});

test("a module asks for nothing by a computed address", () => {
  for (const name of FILES) assert.doesNotMatch(sourceOf(name), /import\.meta\.url|innerHTML|insertAdjacentHTML/, name);
});
