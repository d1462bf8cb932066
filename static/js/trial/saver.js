/**
 * Brings every rating to the server, in the order made, one at a time, until it is confirmed.
 * Sending twice is harmless: the server knows a rating by (stimulus, sequence).
 *
 * A rating the server refuses for good steps aside, so that the others still go. It stays in the
 * journal, and the status stays "rejected", until a later rating of its stimulus is saved.
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
  let refused = []; // {rating, message}, oldest first
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
    tell(failures ? "retrying" : "saving", "");
    const rating = queue[0];
    try {
      await send(rating);
    } catch (error) {
      refuse(rating, error);
      return;
    }
    settle(rating);
  }

  /** What was refused is said before anything else, as long as nothing has replaced it. */
  function tell(status, message) {
    if (refused.length) onStatus("rejected", refused.at(-1).message);
    else onStatus(status, message);
  }

  function settle(rating) {
    journal.remove(rating);
    forgetReplaced(rating);
    onSaved(rating);
    goOn();
  }

  /** A saved rating replaces the refused ones made before it on the same stimulus. */
  function forgetReplaced({ stimulus, sequence }) {
    const isReplaced = ({ rating }) => rating.stimulus === stimulus && rating.sequence < sequence;
    for (const { rating } of refused.filter(isReplaced)) journal.remove(rating);
    refused = refused.filter((one) => !isReplaced(one));
  }

  /** Leaves the head of the queue behind. */
  function goOn() {
    isSending = false;
    failures = 0;
    renumberings = 0;
    queue.shift();
    if (queue.length) pump();
    else tell("saved", "");
  }

  function refuse(rating, error) {
    if (isNumberTaken(error) && renumberings < MAX_RENUMBERINGS) renumber(rating);
    else if (error.isTemporary) retryLater(error);
    else setAside(rating, error);
  }

  /** It stays in the journal; nothing is thrown away. */
  function setAside(rating, { message }) {
    refused.push({ rating, message });
    goOn();
  }

  function retryLater(error) {
    isSending = false;
    failures += 1;
    tell("retrying", error.message);
    cancelRetry = after(pump, retryDelay(failures));
  }

  /** The same page, open in a second tab, has used this number for another score. */
  function renumber(rating) {
    isSending = false;
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
    /** Whether everything made so far is saved. */
    get isIdle() {
      return queue.length === 0 && refused.length === 0;
    },
  };
}

function isNumberTaken(error) {
  return error.code === NUMBER_TAKEN;
}
