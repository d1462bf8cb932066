import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { handFocus } from "../../static/js/trial/focus.js";

/** As in a browser: -1 without the attribute, and only a set attribute makes it focusable. */
function element({ tabIndex = -1, inside = [] } = {}) {
  let asked = tabIndex;
  let isFocusable = tabIndex >= 0;
  const one = {
    get tabIndex() {
      return asked;
    },
    set tabIndex(value) {
      asked = value;
      isFocusable = true;
    },
    contains: (other) => other === one || inside.includes(other),
    focus: () => isFocusable && (document.activeElement = one),
  };
  return one;
}

beforeEach(() => (globalThis.document = { activeElement: null }));
afterEach(() => delete globalThis.document);

test("a focused control hands the focus to a text", () => {
  const button = element({ tabIndex: 0 });
  const text = element();
  document.activeElement = button;
  handFocus(button, text);
  assert.equal(document.activeElement, text);
});

test("a section hands on the focus of what it holds", () => {
  const button = element({ tabIndex: 0 });
  const heading = element();
  document.activeElement = button;
  handFocus(element({ inside: [button] }), heading);
  assert.equal(document.activeElement, heading);
});

test("focus that is elsewhere stays there, and a control keeps its place in the order", () => {
  const elsewhere = element({ tabIndex: 0 });
  const next = element({ tabIndex: 0 });
  document.activeElement = elsewhere;
  handFocus(element({ tabIndex: 0 }), next);
  assert.equal(document.activeElement, elsewhere);
  document.activeElement = elsewhere;
  handFocus(elsewhere, next);
  assert.deepEqual([document.activeElement, next.tabIndex], [next, 0]);
});
