/** The trial page: wires state, sound, views, keys and saving together. */

import { byId, readJson } from "../shared/dom.js";
import { getBytes, postJson } from "../shared/http.js";
import { createScope } from "../shared/scope.js";
import { createAnnouncer } from "./announcer.js";
import { createCompletion } from "./completion.js";
import { createHelp } from "./help.js";
import { browserStorage, createJournal } from "./journal.js";
import { bindKeys } from "./keyboard.js";
import { createListening } from "./listening.js";
import { loadInOrder } from "./loader.js";
import { renderPage } from "./page.js";
import { createPlayer, decode, openContext } from "./player.js";
import { createRatings } from "./ratings.js";
import { withEnd, withStart, wholeClip } from "./region.js";
import { createSaver } from "./saver.js";
import { createBoard } from "./sliders.js";
import { canRate, initialState, reduce, signalsOf, stimulusOf } from "./state.js";
import { createTransport } from "./transport.js";
import { progressSentence, readySentence } from "./wording.js";

start(readJson("trial-data"));

function start(data) {
  const scope = createScope();
  const journal = createJournal(browserStorage(), location.pathname);
  const page = { data, scope, journal, say: createAnnouncer(byId("announcer"), scope) };
  const keep = (token) => ({ ratings: journal.ratings(token), evidence: journal.evidence(token) });
  page.state = initialState(data, keep);
  page.board = createBoard({
    board: byId("board"),
    stimuli: page.state.stimuli,
    scope,
    onPlay: (token) => page.listening?.press(token),
    onMove: (token, score) => page.ratings.move(token, score),
  });
  page.dispatch = (action) => {
    page.state = reduce(page.state, action);
    renderPage(page.state);
    page.board.render(page.state);
  };
  page.saver = createSaverFor(page);
  page.ratings = createRatings(page);
  page.completion = createCompletion(page);
  page.help = createHelp(page);
  listenToPage(page);
  page.saver.resume(page.state.stimuli.flatMap((one) => journal.ratings(one.token)));
  page.dispatch({ type: "loadingStarted" });
  load(page);
}

function createSaverFor({ data, scope, journal, dispatch }) {
  const saver = createSaver({
    send: (rating) => postJson(data.ratingsUrl, rating),
    journal,
    after: scope.after,
    onStatus: (status, message) => dispatch({ type: "saveStatus", status, message }),
    onSaved: ({ stimulus, sequence }) => dispatch({ type: "saved", token: stimulus, sequence }),
    onRenumbered: ({ stimulus }, to) => dispatch({ type: "renumbered", token: stimulus, to }),
  });
  scope.listen(window, "online", saver.retryNow);
  return saver;
}

async function load(page) {
  const { data, dispatch } = page;
  page.loaded ??= new Map();
  try {
    page.context ??= openContext(data.rateHz);
    const buffers = await loadInOrder(signalsOf(data).map(({ url }) => url), {
      fetchBytes: getBytes,
      decode: (bytes) => decode(page.context, bytes),
      onProgress: (done) => dispatch({ type: "loaded", done }),
      ready: page.loaded,
    });
    makeReady(page, buffers);
  } catch (error) {
    dispatch({ type: "loadingFailed", message: `The sounds could not be loaded. ${error.message}` });
  }
}

function makeReady(page, buffers) {
  page.player = createPlayer({ context: page.context, buffers });
  page.listening = createListening(page);
  page.dispatch({ type: "ready" });
  page.transport = createTransport({
    player: page.player,
    outline: page.data.drawsReference ? buffers[0].getChannelData(0) : null,
    scope: page.scope,
    onRegion: (region) => setRegion(page, region),
  });
  page.say(readySentence(page.state));
}

function setRegion({ player, transport }, region) {
  player.setRegion(region);
  transport.show(region);
}

function listenToPage(page) {
  const { scope } = page;
  scope.listen(byId("loading-retry"), "click", () => {
    page.dispatch({ type: "loadingStarted" });
    load(page);
  });
  if (page.state.reference) {
    scope.listen(byId("reference"), "click", () => page.listening?.press(page.state.reference));
  }
  scope.listen(byId("play"), "click", () => page.listening?.toggle());
  scope.listen(byId("restart"), "click", () => page.player?.restart());
  scope.listen(byId("loop-whole"), "click", () => setRegion(page, wholeClip(page.player.nFrames)));
  scope.listen(byId("next"), "click", () => page.completion.next());
  scope.listen(window, "pagehide", () => page.ratings.commitAll());
  scope.listen(document, "visibilitychange", () => document.hidden && page.ratings.commitAll());
  bindKeys({
    scope,
    labels: page.state.stimuli.map(({ label }) => label),
    isOn: () => page.help.keysAreOn,
    act: (action) => act(page, action),
  });
}

const ACTIONS = {
  reference: (page) => choose(page, page.state.reference, () => byId("reference").focus()),
  stimulus: (page, { index }) => {
    const { token } = page.state.stimuli[index];
    choose(page, token, () => page.board.focus(token));
  },
  playPause: ({ listening }) => listening.toggle(),
  restart: ({ player }) => player.restart(),
  nudge: (page, { by }) => rateCurrent(page, ({ score }) => (score ?? 50) + by),
  set: (page, { score }) => rateCurrent(page, () => score),
  loopStart: (page) => setRegion(page, withStart(page.player.region, page.player.position(), page.player)),
  loopEnd: (page) => setRegion(page, withEnd(page.player.region, page.player.position(), page.player)),
  loopWhole: (page) => setRegion(page, wholeClip(page.player.nFrames)),
  next: ({ completion }) => completion.next(),
  tell: ({ say, state }) => say(progressSentence(state)),
  help: ({ help }) => help.toggle(),
};

/** Carries out a key's action; false when the key should stay the browser's. */
function act(page, action) {
  if (page.state.phase !== "ready" && action.type !== "help") return false;
  if (action.type === "reference" && !page.state.reference) return false;
  ACTIONS[action.type](page, action);
  return true;
}

function choose(page, token, focus) {
  page.listening.choose(token);
  focus();
}

function rateCurrent(page, scoreOf) {
  const { current } = page.state;
  // Not to be rated now: the key is still taken, so that it neither scrolls nor moves a slider.
  if (!canRate(page.state, current)) return;
  page.ratings.move(current, scoreOf(stimulusOf(page.state, current)));
}
