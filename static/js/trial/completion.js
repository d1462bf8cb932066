/** Leaving the page: reminder, completion, and the warning while something is unsaved. */

import { byId } from "../shared/dom.js";
import { postJson } from "../shared/http.js";
import { canComplete, hasUnsaved, needsReminder } from "./state.js";
import { REMINDER, remainingSentence } from "./wording.js";

/**
 * @param {object} page  data, scope, dispatch, journal, say, ratings, state
 * @returns {{next: () => void}}
 */
export function createCompletion(page) {
  const { data, scope, dispatch, journal } = page;

  scope.listen(window, "beforeunload", (event) => {
    if (page.state.stage !== "done" && hasUnsaved(page.state)) event.preventDefault();
  });

  function next() {
    page.ratings.commitAll();
    if (!canComplete(page.state)) page.say(remainingSentence(page.state));
    else if (needsReminder(page.state)) remind();
    else complete();
  }

  function remind() {
    dispatch({ type: "reminded" });
    page.say(REMINDER);
    byId("next").focus();
  }

  async function complete() {
    dispatch({ type: "completing" });
    page.listening.pause();
    try {
      const { next: url } = await postJson(data.completeUrl, {});
      dispatch({ type: "completed" });
      journal.forget(page.state.stimuli.map(({ token }) => token));
      location.assign(url || data.nextUrl);
    } catch (error) {
      dispatch({ type: "completeFailed", message: trouble(error, page.state) });
    }
  }

  return { next };
}

function trouble(error, state) {
  if (error.isTemporary) return `The page could not be closed yet. ${error.message} Press Next to try again.`;
  return `${error.message} ${remainingSentence(state)}`;
}
