/**
 * The text of a numpy basic selection, as far as the page has to understand it: to offer a number
 * box for every axis that an integer takes away, and to suggest a first selection. The server is
 * the judge of what is valid.
 */

/** Rows of a table that are asked for unless the user says otherwise. */
export const FIRST_RECORDS = 200;

/**
 * One entry an axis, `...` and missing entries written out; null if the text has too many.
 *
 * @param {string} text
 * @param {number} dimensions
 * @returns {string[] | null}
 */
export function parseSelection(text, dimensions) {
  const bare = text.trim().replace(/^\[(.*)\]$/s, "$1");
  const parts = bare === "" ? [] : bare.split(",").map((part) => part.trim());
  if (parts.at(-1) === "") parts.pop();
  const gap = parts.indexOf("...");
  const given = gap < 0 ? parts.length : parts.length - 1;
  if (given > dimensions || parts.indexOf("...", gap + 1) > 0) return null;
  const missing = Array(dimensions - given).fill(":");
  if (gap < 0) return [...parts, ...missing];
  return [...parts.slice(0, gap), ...missing, ...parts.slice(gap + 1)];
}

/** @param {string[]} entries */
export function formatSelection(entries) {
  return entries.length === 0 ? "..." : entries.join(", ");
}

/**
 * The axes that an integer takes away, to be stepped through with number boxes.
 *
 * @param {string} text
 * @param {number[]} shape
 * @returns {{axis: number, index: number, length: number}[]}
 */
export function steppedAxes(text, shape) {
  const entries = parseSelection(text, shape.length) ?? [];
  return entries.flatMap((entry, axis) => {
    const length = shape[axis] ?? 0;
    if (!/^-?\d+$/.test(entry)) return [];
    const index = Number(entry);
    return [{ axis, index: index < 0 ? index + length : index, length }];
  });
}

/**
 * The same selection with another index on one axis.
 *
 * @param {string} text
 * @param {number} dimensions
 * @param {number} axis
 * @param {number} index
 */
export function withIndex(text, dimensions, axis, index) {
  const entries = parseSelection(text, dimensions);
  if (!entries) return text;
  return formatSelection(entries.map((entry, i) => (i === axis ? String(index) : entry)));
}

/**
 * What to look at first: the whole of what a picture can show, the first entries of the axes
 * before.
 *
 * @param {Pick<import("./types.js").Row, "shape" | "dtype_spec">} row
 */
export function firstSelection({ shape, dtype_spec }) {
  if (Array.isArray(dtype_spec)) {
    return (shape[0] ?? 0) > FIRST_RECORDS ? `:${FIRST_RECORDS}` : "...";
  }
  const channels = shape.at(-1) ?? 0;
  const image = /u1$/.test(dtype_spec) && (channels === 3 || channels === 4);
  const leading = shape.length - (image ? 3 : 2);
  const small = shape.reduce((product, length) => product * length, 1) <= 64;
  if (leading <= 0 || small) return "...";
  return formatSelection(shape.map((_, axis) => (axis < leading ? "0" : ":")));
}
