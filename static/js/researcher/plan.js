import { byId, setText } from "../shared/dom.js";
import { createScope } from "../shared/scope.js";
import { getJson } from "./poll.js";
import { bandwidthLine, matchLine, scenarioHeading } from "./words.js";

const TYPING_MS = 200;
const NUMBERED = ["id", "name", "for", "aria-describedby"];

const plan = byId("plan");
const list = byId("scenarios");
const add = byId("add-scenario");
const total = plan.querySelector("[name='scenarios-TOTAL_FORMS']");
const max = Number(plan.dataset.maxScenarios);
const scope = createScope();
const pending = new Map();

scope.listen(add, "click", addScenario);
scope.listen(list, "click", (event) => {
  const button = event.target.closest("[data-remove]");
  if (button) removeScenario(button.closest("[data-scenario]"));
});
scope.listen(list, "change", (event) => {
  if (event.target.closest("[data-factor], select, .systems")) countLater(event.target.closest("[data-scenario]"));
});
scope.listen(list, "input", (event) => {
  if (event.target.name?.endsWith("-title")) settle();
});
settle();
for (const scenario of scenarios()) countMatches(scenario);

function scenarios() {
  return [...list.querySelectorAll("[data-scenario]")];
}

function addScenario() {
  const fragment = byId("scenario-template").content.cloneNode(true);
  renumber(fragment, "__prefix__", scenarios().length);
  list.append(fragment);
  settle();
  const added = scenarios().at(-1);
  added.querySelector("input").focus();
  countMatches(added);
}

function removeScenario(scenario) {
  scenario.remove();
  scenarios().forEach((left, position) => renumber(left, "\\d+", position));
  settle();
  add.focus();
}

/** Gives the inputs the names that the server expects of the scenario in this position. */
function renumber(root, old, position) {
  const pattern = new RegExp(`scenarios-${old}-`, "g");
  for (const element of root.querySelectorAll("*")) {
    for (const name of NUMBERED) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.replace(pattern, `scenarios-${position}-`));
    }
  }
}

/** What follows from how many scenarios there are. */
function settle() {
  const all = scenarios();
  total.value = String(all.length);
  add.hidden = all.length >= max;
  all.forEach((scenario, position) => {
    const title = scenario.querySelector("[name$='-title']").value;
    setText(scenario.querySelector("[data-scenario-heading]"), scenarioHeading(position, all.length, title));
    scenario.querySelector("[data-remove]").hidden = all.length === 1;
  });
}

function countLater(scenario) {
  pending.get(scenario)?.();
  pending.set(scenario, scope.after(() => countMatches(scenario), TYPING_MS));
}

async function countMatches(scenario) {
  const wish = filters(scenario);
  let found;
  try {
    found = await getJson(`${plan.dataset.matchingUrl}?${wish}`);
  } catch {
    return; // the count is a help; the server counts again when the plan is sent
  }
  if (wish !== filters(scenario)) return; // a later answer is on its way
  setText(scenario.querySelector("[data-match]"), matchLine(found));
  setText(scenario.querySelector("[data-bandwidth]"), bandwidthLine(found.narrowestHz));
  scenario.querySelector("[data-seen]").replaceChildren(...found.seen.map(seenLine));
}

/** What a network had heard of the scenario's recordings, in a line. */
function seenLine({ title, claims }) {
  const line = document.createElement("p");
  line.className = "heard__line";
  const name = document.createElement("strong");
  name.textContent = title;
  line.append(name, ...claims.flatMap((claim) => [" ", seenClaim(claim)]));
  return line;
}

function seenClaim({ name, state, words }) {
  const claim = document.createElement("span");
  claim.className = `heard__claim heard__claim--${state}`;
  claim.textContent = `${name}: ${words}`;
  return claim;
}

function filters(scenario) {
  const chosen = [...scenario.querySelectorAll("[data-factor] :checked")];
  const pairs = chosen.map((box) => [box.closest("[data-factor]").dataset.factor, box.value]);
  const condition = ["condition", scenario.querySelector("select[name$='-condition']").value];
  const systems = [...scenario.querySelectorAll("[name$='-systems']:checked")];
  return String(new URLSearchParams([...pairs, condition, ...systems.map((box) => ["systems", box.value])]));
}
