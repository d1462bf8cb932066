/**
 * How far the rendering has come, in a line.
 * @param {{done: number, failed: number, total: number}} counts
 * @param {number | null} secondsLeft
 * @returns {string}
 */
export function progressLine(counts, secondsLeft) {
  const parts = [`${counts.done} of ${counts.total} rendered`];
  if (counts.failed > 0) parts.push(`${counts.failed} failed`);
  if (counts.done + counts.failed < counts.total) parts.push(timeLeft(secondsLeft));
  return parts.join(" · ");
}

/**
 * @param {number | null} seconds  null while there is nothing to judge by
 * @returns {string}
 */
export function timeLeft(seconds) {
  if (seconds === null) return "waiting for the worker";
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} s left`;
  return `about ${Math.round(seconds / 60)} min left`;
}

/**
 * What a scenario's filters leave. Systems that speak from a text take those with text alone.
 * @param {{utterances: number, withText: number, speakers: number}} found
 * @returns {string}
 */
export function matchLine({ utterances, withText, speakers }) {
  if (utterances === 0) return "none match";
  const line = `${count(utterances, "recording")} of ${count(speakers, "speaker")} match`;
  if (withText === utterances) return line;
  return `${line}, ${withText === 0 ? "none" : withText.toLocaleString("en-US")} with text`;
}

/**
 * How a scenario is told from the others of its plan.
 * @param {number} position  from 0
 * @param {number} total
 * @param {string} title  as typed so far
 * @returns {string}
 */
export function scenarioHeading(position, total, title) {
  const number = total > 1 ? `Scenario ${position + 1}` : "Scenario";
  return title.trim() ? `${number}: ${title.trim()}` : number;
}

/**
 * Which mid anchor the narrowest matching recording can carry. An anchor needs 1.3 times its
 * cutoff (mushra/services/batches.py).
 * @param {number | null} narrowestHz
 * @returns {string}
 */
export function bandwidthLine(narrowestHz) {
  if (narrowestHz === null) return "";
  const kHz = (narrowestHz / 1000).toFixed(1);
  const anchor = narrowestHz < 9100 ? "too little for the 7 kHz anchor" : "enough for the 7 kHz anchor";
  return `The narrowest matching recording carries ${kHz} kHz: ${anchor}.`;
}

/**
 * A moment as the page's tables write it, in UTC like the server.
 * @param {string | null} iso
 * @returns {string}
 */
export function moment(iso) {
  if (!iso) return "–";
  const at = new Date(iso);
  const day = at.toLocaleDateString("en-US", { day: "numeric", timeZone: "UTC" });
  const month = at.toLocaleDateString("en-US", { month: "short", timeZone: "UTC" });
  return `${day} ${month}, ${at.toISOString().slice(11, 16)}`;
}

function count(n, noun) {
  return `${n.toLocaleString("en-US")} ${noun}${n === 1 ? "" : "s"}`;
}
