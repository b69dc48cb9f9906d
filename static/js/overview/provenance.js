/**
 * Where a layout comes from, in words.
 *
 * @typedef {import("../page/types.js").Row} Row
 */

/** @type {Map<string, string>} */
const WORDS = new Map([["bytes", "raw bytes"]]);

/** @param {Pick<Row, "provenance">} row */
export function provenanceWord({ provenance }) {
  return WORDS.get(provenance) ?? provenance;
}

/**
 * Whether somebody said the layout by hand.
 *
 * @param {Pick<Row, "provenance">} row
 */
export function isByHand({ provenance }) {
  return provenance === "configured" || provenance === "guessed";
}

/** @param {Pick<Row, "provenance" | "format">} row `recognised · ImageStreamIO 2.00` */
export function layoutInWords(row) {
  return row.format ? `${provenanceWord(row)} · ${row.format}` : provenanceWord(row);
}

/**
 * What tells one layout from another.
 *
 * @param {Pick<Row, "dtype_spec" | "shape" | "strides" | "offset">} row
 */
export function layoutKey({ dtype_spec, shape, strides, offset }) {
  return JSON.stringify([dtype_spec, shape, strides, offset]);
}
