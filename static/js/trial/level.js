/** The level page: one looped passage, the same sound path as the trials. */

import { byId, setAttribute, setText } from "../shared/dom.js";
import { getBytes } from "../shared/http.js";
import { createScope } from "../shared/scope.js";
import { createPlayer, decode, openContext, wake } from "./player.js";
import { wavRate } from "./wav.js";

const button = byId("level-play");
const scope = createScope();
let context = null;
let player = null;

scope.listen(byId("level-retry"), "click", load);
scope.listen(button, "click", toggle);
load();

async function load() {
  byId("level-retry").hidden = true;
  setText(byId("level-status"), "Loading the passage…");
  try {
    const bytes = await getBytes(byId("main").dataset.audioUrl);
    context = openContext(wavRate(bytes));
    player = createPlayer({ context, buffers: [await decode(context, bytes)] });
    button.disabled = false;
    setText(byId("level-status"), "Ready to play");
  } catch (error) {
    byId("level-retry").hidden = false;
    setText(byId("level-status"), `The passage could not be loaded. ${error.message}`);
  }
}

function toggle() {
  wake(context);
  if (player.isPlaying) player.pause();
  else player.play();
  setAttribute(button, "aria-pressed", String(player.isPlaying));
  setText(byId("level-status"), player.isPlaying ? "Playing, repeating" : "Paused");
}
