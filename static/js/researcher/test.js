import { byId, el, setText } from "../shared/dom.js";
import { createScope } from "../shared/scope.js";
import { poll } from "./poll.js";
import { moment } from "./words.js";

const WATCH_MS = 2000;

const root = byId("test");
const scope = createScope();
let shownRows = null;

const copy = document.getElementById("copy");
if (copy) scope.listen(copy, "click", copyLink);
if (root.dataset.state !== "draft") {
  poll(scope, root.dataset.progressUrl, { show, lost }, WATCH_MS);
}

function show(answer) {
  for (const number of root.querySelectorAll("[data-count]")) {
    setText(number, String(answer.counts[number.dataset.count]));
  }
  showSittings(answer.sittings);
  return WATCH_MS;
}

function showSittings(sittings) {
  const rows = JSON.stringify(sittings);
  if (rows === shownRows) return;
  shownRows = rows;
  byId("sittings-wrap").hidden = sittings.length === 0;
  byId("nobody").hidden = sittings.length > 0;
  byId("sittings").replaceChildren(...sittings.map(row));
}

function row({ listener, startedAt, completedAt, pagesDone, pages, device }) {
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, el("code", {}, listener)),
    el("td", {}, el("time", { datetime: startedAt }, moment(startedAt))),
    el("td", {}, completedAt ? el("time", { datetime: completedAt }, moment(completedAt)) : "–"),
    el("td", { class: "number" }, `${pagesDone} of ${pages}`),
    el("td", {}, device || "–"),
  );
}

async function copyLink() {
  const field = byId(copy.dataset.copies);
  field.select();
  let isCopied = true;
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    isCopied = document.execCommand("copy"); // pages served without TLS have no clipboard
  }
  setText(byId("copied"), isCopied ? "Copied." : "The link is selected: press Ctrl+C to copy it.");
}

function lost(isLost) {
  byId("lost").hidden = !isLost;
}
