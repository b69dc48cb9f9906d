/** What is said once below the summary: what is hidden, and why. */
import { need, setAttribute, setText } from "../page/element.js";
import { formatCount } from "../page/format.js";
import { hiddenInWords } from "./users.js";

/**
 * @param {import("../page/types.js").Host} host
 * @param {number} system memory that programs keep for themselves
 * @param {boolean} everything whether that is shown
 */
export function showNotes({ hidden_processes }, system, everything) {
  const line = need("#hidden-system");
  line.hidden = system === 0 || everything;
  setText(line, `${formatCount(system, "segment")} of system memory not shown.`);
  const processes = need("#hidden-processes");
  setText(processes, hiddenInWords(hidden_processes));
  setAttribute(processes, "hidden", hidden_processes > 0 ? null : "");
}

/**
 * What stands in place of rows: nothing at all, only system memory, or nothing that matches.
 *
 * @param {{all: number, inScope: number, shown: number, elsewhere: number}} counts `elsewhere`:
 *   rows that match outside of the scope
 */
export function showAbsence({ all, inScope, shown, elsewhere }) {
  need("#none").hidden = all > 0;
  need("#arrays").hidden = inScope === 0;
  if (inScope === 0) need("#hidden-system").hidden = true; // the hint says the same
  const hint = need("#no-match");
  hint.hidden = all === 0 || shown > 0;
  setText(hint, inScope === 0 ? onlySystem(all) : noMatch(elsewhere));
}

/** @param {number} count */
function onlySystem(count) {
  return `No arrays here, but ${formatCount(count, "segment")} of system memory: choose Everything to see them.`;
}

/** @param {number} elsewhere */
function noMatch(elsewhere) {
  if (elsewhere === 0) return "No array matches the filter.";
  return `No array matches the filter; of the system memory, ${formatCount(elsewhere, "segment does", "segments do")}: choose Everything.`;
}
