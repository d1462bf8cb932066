/**
 * Brings every rating to the server, in the order made, one at a time, until it is confirmed.
 * Sending twice is harmless: the server knows a rating by (stimulus, sequence).
 *
 * @typedef {import("./state.js").RatingEvent} RatingEvent
 */

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;
const MAX_RENUMBERINGS = 50;
const NUMBER_TAKEN = "sequence_taken";

/**
 * @param {number} failures  in a row, at least 1
 * @returns {number} milliseconds to wait before the next attempt
 */
export function retryDelay(failures) {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
}

/**
 * @param {object} setup
 * @param {(rating: RatingEvent) => Promise<void>} setup.send  rejects with an HttpError
 * @param {import("./journal.js").Journal} setup.journal
 * @param {(run: () => void, ms: number) => (() => void)} setup.after  a scope's timer
 * @param {(status: import("./state.js").SaveStatus, message: string) => void} setup.onStatus
 * @param {(rating: RatingEvent) => void} setup.onSaved
 * @param {(rating: RatingEvent, to: number) => void} setup.onRenumbered
 */
export function createSaver({ send, journal, after, onStatus, onSaved, onRenumbered }) {
  const queue = [];
  let isSending = false;
  let failures = 0;
  let renumberings = 0;
  let cancelRetry = () => {};

  function add(rating) {
    journal.add(rating);
    queue.push(rating);
    if (failures === 0) pump();
  }

  /** Takes up ratings a former visit of this page could not deliver. */
  function resume(ratings) {
    queue.unshift(...ratings);
    pump();
  }

  async function pump() {
    if (isSending || queue.length === 0) return;
    isSending = true;
    onStatus(failures ? "retrying" : "saving", "");
    const rating = queue[0];
    try {
      await send(rating);
      settle(rating);
    } catch (error) {
      refuse(rating, error);
    }
  }

  function settle(rating) {
    isSending = false;
    failures = 0;
    renumberings = 0;
    queue.shift();
    journal.remove(rating);
    onSaved(rating);
    if (queue.length) pump();
    else onStatus("saved", "");
  }

  function refuse(rating, error) {
    isSending = false;
    if (isNumberTaken(error) && renumberings < MAX_RENUMBERINGS) renumber(rating);
    else if (error.isTemporary) retryLater(error);
    else onStatus("rejected", error.message); // stays in the journal; nothing is thrown away
  }

  function retryLater(error) {
    failures += 1;
    onStatus("retrying", error.message);
    cancelRetry = after(pump, retryDelay(failures));
  }

  /** The same page, open in a second tab, has used this number for another score. */
  function renumber(rating) {
    renumberings += 1;
    const same = queue.filter((waiting) => waiting.stimulus === rating.stimulus);
    for (const waiting of same) journal.remove(waiting);
    for (const waiting of same) waiting.sequence += 1;
    for (const waiting of same) journal.add(waiting);
    onRenumbered(rating, same.at(-1).sequence);
    pump();
  }

  function retryNow() {
    cancelRetry();
    pump();
  }

  return {
    add,
    resume,
    retryNow,
    get isIdle() {
      return queue.length === 0;
    },
  };
}

function isNumberTaken(error) {
  return error.code === NUMBER_TAKEN;
}
