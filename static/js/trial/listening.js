/** What the listener hears: drives the player and counts the evidence. */

import { wake } from "./player.js";
import { signalsOf, stimulusOf } from "./state.js";
import { signalName } from "./wording.js";

const COUNT_EVERY_MS = 100;

/**
 * @param {object} page  data, scope, context, player, journal, dispatch, say, ratings, state
 */
export function createListening(page) {
  const { data, scope, player, dispatch } = page;
  const tokens = signalsOf(data).map(({ token }) => token);

  function count() {
    for (const { index, seconds, loops } of player.takeHeard()) {
      const token = tokens[index];
      dispatch({ type: "listened", token, seconds, loops });
      const stimulus = stimulusOf(page.state, token);
      if (stimulus) page.journal.keepEvidence(token, stimulus.evidence);
    }
  }

  function select(token) {
    count();
    page.ratings.commitAll();
    player.select(tokens.indexOf(token));
    dispatch({ type: "selected", token });
  }

  function play() {
    wake(page.context);
    player.play();
    dispatch({ type: "played" });
  }

  function pause() {
    player.pause();
    count();
    page.ratings.commitAll();
    dispatch({ type: "paused" });
    page.say("Paused");
  }

  function toggle() {
    if (page.state.isPlaying) pause();
    else choose(page.state.current);
  }

  /** Hears this signal from now on. */
  function choose(token) {
    if (token !== page.state.current) select(token);
    play();
    tell();
  }

  /** A signal's own button: hears it, or pauses it when it is the one being heard. */
  function press(token) {
    if (token === page.state.current && page.state.isPlaying) pause();
    else choose(token);
  }

  function tell() {
    const stimulus = stimulusOf(page.state, page.state.current);
    page.say(`Playing ${signalName(stimulus?.label ?? "")}`);
  }

  scope.every(() => page.state.isPlaying && count(), COUNT_EVERY_MS);
  return { choose, press, toggle, count, pause: () => page.state.isPlaying && pause() };
}
