import { byId, el, setText } from "../shared/dom.js";
import { createScope } from "../shared/scope.js";
import { poll } from "./poll.js";
import { playButtons } from "./sounds.js";
import { progressLine } from "./words.js";

const RENDERING_MS = 1000;
const STUCK_MS = 5000; // only failures are left: somebody else may retry them
const BADGES = { draft: "", generating: "badge--info", ready: "badge--good", frozen: "badge--brand" };

const root = byId("batch");
const scope = createScope();

playButtons(scope, root);
if (root.dataset.state === "generating") {
  poll(scope, root.dataset.progressUrl, { show, lost }, 0);
}

function show(answer) {
  showState(answer);
  showCounts(answer);
  showFailures(answer);
  for (const [id, state] of Object.entries(answer.stimuli)) showStimulus(id, state);
  if (answer.state !== "generating") return null;
  return answer.isFinished ? STUCK_MS : RENDERING_MS;
}

function showState({ state, label }) {
  root.dataset.state = state;
  for (const part of root.querySelectorAll("[data-when]")) {
    part.hidden = !part.dataset.when.split(" ").includes(state);
  }
  const badge = byId("batch-state").querySelector(".badge");
  if (badge.dataset.state === state) return;
  badge.dataset.state = state;
  badge.className = `badge ${BADGES[state]}`;
  setText(badge, label);
}

function showCounts({ counts, percent, secondsLeft }) {
  byId("progress").value = percent;
  setText(byId("progress-text"), progressLine(counts, secondsLeft));
  for (const number of root.querySelectorAll("[data-count]")) {
    setText(number, String(counts[number.dataset.count]));
  }
}

function showFailures({ failures, state }) {
  byId("failures").hidden = failures.length === 0;
  const retry = document.getElementById("retry");
  if (retry) retry.hidden = failures.length === 0 || state !== "generating";
  const list = byId("failure-list");
  if (list.children.length === failures.length) return;
  list.replaceChildren(
    ...failures.map(({ system, utterance, message }) => el("li", {}, `${system} of ${utterance}: ${message}`)),
  );
}

function showStimulus(id, state) {
  const place = root.querySelector(`[data-stimulus="${CSS.escape(id)}"]`);
  if (!place || place.dataset.state === state) return;
  place.dataset.state = state;
  place.querySelector("[data-play]").disabled = state !== "done";
  setText(place.querySelector("[data-state-text]"), state === "done" ? "details" : state);
}

function lost(isLost) {
  byId("lost").hidden = !isLost;
}
