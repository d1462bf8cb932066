/**
 * What the browser keeps until the server has it: unsaved ratings and listening evidence,
 * by sitting and stimulus. Where storage is refused (private windows) it is kept in memory.
 */

/**
 * @typedef {object} Journal
 * @property {(token: string) => import("./state.js").RatingEvent[]} ratings  unsaved, oldest first
 * @property {(rating: import("./state.js").RatingEvent) => void} add
 * @property {(rating: import("./state.js").RatingEvent) => void} remove
 * @property {(token: string) => import("./state.js").Evidence | null} evidence
 * @property {(token: string, evidence: import("./state.js").Evidence) => void} keepEvidence
 * @property {(tokens: string[]) => void} forget  everything of these stimuli
 */

/**
 * @param {Storage | null} storage  localStorage, or null
 * @param {string} sitting  the sitting's address: two sittings in one browser stay apart
 * @returns {Journal}
 */
export function createJournal(storage, sitting) {
  const memory = new Map();
  const keyOf = (token, what) => `earshot ${what} ${sitting} ${token}`;

  function read(key) {
    if (memory.has(key)) return memory.get(key);
    try {
      return JSON.parse(storage?.getItem(key) ?? "null");
    } catch {
      return null; // unreadable or refused: as if nothing had been kept
    }
  }

  function write(key, value) {
    memory.set(key, value);
    try {
      if (value === null) storage?.removeItem(key);
      else storage?.setItem(key, JSON.stringify(value));
    } catch {
      // Full or refused: memory has it, and the page warns before it is left unsaved.
    }
  }

  const ratings = (token) => read(keyOf(token, "unsaved")) ?? [];
  const writeRatings = (token, list) => write(keyOf(token, "unsaved"), list.length ? list : null);

  return {
    ratings,
    add: (rating) => writeRatings(rating.stimulus, [...ratings(rating.stimulus), rating]),
    remove: ({ stimulus, sequence }) =>
      writeRatings(stimulus, ratings(stimulus).filter((kept) => kept.sequence !== sequence)),
    evidence: (token) => read(keyOf(token, "evidence")),
    keepEvidence: (token, evidence) => write(keyOf(token, "evidence"), evidence),
    forget(tokens) {
      for (const token of tokens) {
        write(keyOf(token, "unsaved"), null);
        write(keyOf(token, "evidence"), null);
      }
    },
  };
}

/**
 * The browser's storage, or null where even asking for it is refused.
 * @returns {Storage | null}
 */
export function browserStorage() {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
