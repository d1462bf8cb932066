/** The panel that lists the keys, and the switch that turns them off (WCAG 2.1.4). */

import { byId, setAttribute } from "../shared/dom.js";

const CHOICE = "earshot keys";

/**
 * @param {object} page  scope
 * @returns {{toggle: () => void, keysAreOn: boolean}}
 */
export function createHelp({ scope }) {
  const panel = byId("help");
  const button = byId("help-button");
  const keysOn = byId("keys-on");
  keysOn.checked = recall() !== "off";

  function show(isOpen) {
    panel.hidden = !isOpen;
    setAttribute(button, "aria-expanded", String(isOpen));
    if (isOpen) byId("help-close").focus();
    else button.focus();
  }

  scope.listen(button, "click", () => show(panel.hidden));
  scope.listen(byId("help-close"), "click", () => show(false));
  scope.listen(panel, "keydown", (event) => event.key === "Escape" && show(false));
  scope.listen(keysOn, "change", () => remember(keysOn.checked ? "on" : "off"));
  return {
    toggle: () => show(panel.hidden),
    get keysAreOn() {
      return keysOn.checked;
    },
  };
}

function recall() {
  try {
    return localStorage.getItem(CHOICE);
  } catch {
    return null;
  }
}

function remember(choice) {
  try {
    localStorage.setItem(CHOICE, choice);
  } catch {
    // Storage refused: the choice holds until the page is left.
  }
}
