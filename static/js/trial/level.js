/** The level page: one looped passage, the same sound path as the trials. */

import { byId, setAttribute, setText } from "../shared/dom.js";
import { getBytes } from "../shared/http.js";
import { createScope } from "../shared/scope.js";
import { handFocus } from "./focus.js";
import { createPlayer, decode, openContext, wake } from "./player.js";
import { wavRate } from "./wav.js";

const button = byId("level-play");
const retry = byId("level-retry");
const status = byId("level-status");
const scope = createScope();
let context = null;
let player = null;

scope.listen(retry, "click", load);
scope.listen(button, "click", toggle);
load();

async function load() {
  handFocus(retry, status);
  retry.hidden = true;
  setText(status, "Loading the passage…");
  try {
    const bytes = await getBytes(byId("main").dataset.audioUrl);
    context = openContext(wavRate(bytes));
    player = createPlayer({ context, buffers: [await decode(context, bytes)] });
    button.disabled = false;
    handFocus(status, button);
    setText(status, "Ready to play");
  } catch (error) {
    retry.hidden = false;
    handFocus(status, retry);
    setText(status, `The passage could not be loaded. ${error.message}`);
  }
}

function toggle() {
  wake(context);
  if (player.isPlaying) player.pause();
  else player.play();
  setAttribute(button, "aria-pressed", String(player.isPlaying));
  setText(status, player.isPlaying ? "Playing, repeating" : "Paused");
}
