/** The palette against WCAG 2.2: 4.5 for text, 3 for the borders of things to press. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("../../static/css/tokens.css", import.meta.url), "utf8");
const COLORS = new Map([...css.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, hex]) => [name, hex]));

function luminance(hex) {
  const parts = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [high, low] = [one, other].map((name) => luminance(COLORS.get(name))).sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const TEXT = [
  ...["ink", "ink-soft", "ink-faint", "brand", "good", "warn", "bad", "info"].flatMap((ink) => [[ink, "paper"], [ink, "surface"]]),
  ...["ink", "ink-soft", "ink-faint"].map((ink) => [ink, "surface-sunk"]),
  ...["brand-strong", "ink", "ink-soft", "ink-faint"].map((ink) => [ink, "brand-tint"]),
  ...["ink", "ink-faint", "good"].map((ink) => [ink, "sounding-tint"]),
  ...["good", "warn", "bad", "info"].flatMap((tone) => [[tone, `${tone}-tint`], ["ink", `${tone}-tint`]]),
  ...["brand", "brand-strong", "sounding", "sounding-strong", "bad"].map((ground) => ["ink-on-strong", ground]),
];
const SHAPES = [
  ...["line-strong", "brand", "sounding"].flatMap((line) => [[line, "paper"], [line, "surface"]]),
  ...[1, 2, 3, 4, 5, 6].map((n) => [`series-${n}`, "surface"]),
];

test("text reaches 4.5 to 1 on every ground it is used on", () => {
  for (const [ink, ground] of TEXT) assert.ok(contrast(ink, ground) >= 4.5, `${ink} on ${ground}: ${contrast(ink, ground).toFixed(2)}`);
});

test("borders and marks reach 3 to 1", () => {
  for (const [line, ground] of SHAPES) assert.ok(contrast(line, ground) >= 3, `${line} on ${ground}: ${contrast(line, ground).toFixed(2)}`);
});
