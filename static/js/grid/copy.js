/**
 * Cells as text to take along: exact, a line a row, with tabs between, as spreadsheets read it.
 *
 * @typedef {import("./cursor.js").Rectangle} Rectangle
 * @typedef {(row: number) => (column: number) => string | null} Texts null where it is not on hand
 */

import { formatCount } from "../page/format.js";
import { areaOf } from "./cursor.js";

/** More cells than a person pastes, and as many as take a moment. */
const MOST_CELLS = 1 << 20;

/**
 * The cells of a rectangle that are on hand. Rows of which nothing is on hand are left out, single
 * cells stay empty.
 *
 * @param {Rectangle} rectangle
 * @param {Rectangle} known beyond which nothing is on hand
 * @param {Texts} texts
 */
export function copyOf(rectangle, known, texts) {
  const { top, bottom, left, right } = within(rectangle, known);
  const width = Math.max(0, right - left);
  const last = Math.min(bottom, top + Math.floor(MOST_CELLS / Math.max(1, width)));
  const lines = [];
  let cells = 0;
  for (let row = top; row < last; row++) {
    const textOf = texts(row);
    const found = Array.from({ length: width }, (_, i) => textOf(left + i));
    const there = found.filter((text) => text !== null).length;
    if (there > 0) lines.push(found.map((text) => quoted(text ?? "")).join("\t"));
    cells += there;
  }
  return { text: lines.join("\n"), cells };
}

/**
 * @param {Rectangle} one
 * @param {Rectangle} other
 * @returns {Rectangle}
 */
export function within(one, other) {
  return {
    top: Math.max(one.top, other.top),
    bottom: Math.min(one.bottom, other.bottom),
    left: Math.max(one.left, other.left),
    right: Math.min(one.right, other.right),
  };
}

/** @param {string} text */
function quoted(text) {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * What to say of a copy.
 *
 * @param {number} cells
 * @param {Rectangle} rectangle
 */
export function copiedText(cells, rectangle) {
  const rest = areaOf(rectangle) - cells;
  const copied = `Copied ${formatCount(cells, "cell")}`;
  return rest > 0 ? `${copied}; ${rest} of the selection are not on hand` : copied;
}
