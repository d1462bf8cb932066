/** Speaks what happens to listeners who use a screen reader. */

const PAUSE_MS = 60; // an emptied region must be seen empty before the same words count as new

/**
 * @param {HTMLElement} region  aria-live, visually hidden
 * @param {import("../shared/scope.js").Scope} scope
 * @returns {(text: string) => void}
 */
export function createAnnouncer(region, scope) {
  let cancel = () => {};
  return function say(text) {
    cancel();
    region.textContent = "";
    cancel = scope.after(() => {
      region.textContent = text;
    }, PAUSE_MS);
  };
}
