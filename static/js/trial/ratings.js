/** Turns slider movements into ratings: one when a movement has come to rest. */

import { canRate, stimulusOf } from "./state.js";
import { ratedSentence } from "./wording.js";

const REST_MS = 300;

/**
 * @param {object} page  scope, dispatch, saver, say, listening, state
 * @returns {{move: (token: string, score: number) => void, commitAll: () => void}}
 */
export function createRatings(page) {
  const { scope, dispatch, saver } = page;
  const waiting = new Map(); // token -> cancels its timer

  function move(token, score) {
    if (!canRate(page.state, token)) return;
    dispatch({ type: "moved", token, score });
    waiting.get(token)?.();
    waiting.set(token, scope.after(() => commit(token), REST_MS));
  }

  function commit(token) {
    waiting.get(token)?.();
    waiting.delete(token);
    page.listening.count();
    if (!stimulusOf(page.state, token).isMoved) return;
    dispatch({ type: "rated", token });
    const { score, sequence, evidence } = stimulusOf(page.state, token);
    saver.add({ stimulus: token, sequence, score, evidence: rounded(evidence) });
    page.say(ratedSentence(stimulusOf(page.state, token)));
  }

  function commitAll() {
    for (const token of [...waiting.keys()]) commit(token);
  }

  return { move, commitAll };
}

function rounded(evidence) {
  return { ...evidence, heard_s: Math.round(evidence.heard_s * 1000) / 1000 };
}
