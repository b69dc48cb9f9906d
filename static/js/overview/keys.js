/** Keys of the overview: to a row and into it, to the filter, to what is chosen. */
import { need } from "../page/element.js";

/**
 * @param {HTMLElement} table
 * @returns {import("../keys/keys.js").KeyGroup[]}
 */
export function overviewKeys(table) {
  const go = (/** @type {number} */ by) => () => goTo(rowsOf(table), by);
  const keys = [
    { keys: ["/"], says: "Filter", does: () => need("#filter").focus() },
    { keys: ["j", "ArrowDown"], says: "Next array", does: go(1), repeats: true },
    { keys: ["k", "ArrowUp"], says: "Array before", does: go(-1), repeats: true },
    { keys: ["Enter"], says: "Open the array", does: () => false }, // its link does it
    { keys: ["x"], says: "Choose it, to look at several together", does: choose },
    { keys: ["t"], says: "Look at those that are chosen together", does: lookAtChosen },
  ];
  return [{ heading: "Arrays", keys }];
}

/**
 * @param {HTMLElement} table
 * @returns {HTMLElement[]}
 */
function rowsOf(table) {
  return [...table.querySelectorAll("tbody tr")].filter(
    /** @returns {row is HTMLElement} */ (row) =>
      row instanceof HTMLElement && !row.hidden && row.querySelector("a[href]") !== null,
  );
}

/**
 * Move the focus to the link of another row.
 *
 * @param {HTMLElement[]} rows
 * @param {number} by
 */
function goTo(rows, by) {
  if (rows.length === 0) return false;
  const from = rows.findIndex((row) => row.contains(document.activeElement));
  const to = from < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, from + by));
  need("a", /** @type {HTMLElement} */ (rows[to])).focus();
  return true;
}

function choose() {
  /** @type {HTMLElement | null | undefined} */
  const box = document.activeElement?.closest("tr")?.querySelector(".choose");
  box?.click();
  return Boolean(box);
}

function lookAtChosen() {
  const bar = need("#choice");
  if (bar.hidden) return false;
  need("a", bar).click();
  return true;
}
