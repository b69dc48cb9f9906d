/**
 * The overview's rows: in what order they stand, and all of them in one line.
 *
 * @typedef {import("../page/types.js").Row} Row
 */

import { aliveCount, badnessOf, worstSentence } from "../health/health.js";
import { formatCount } from "../page/format.js";
import { countSystem } from "./filter.js";
import { isChanging, isWriting, lastAge_s, pace_per_s } from "./pace.js";
import { layoutInWords } from "./provenance.js";
import { hasWriters } from "./users.js";

/** @type {Map<string, (row: Row) => string | number>} */
const KEYS = new Map(
  Object.entries({
    health: badnessOf,
    name: (row) => row.name,
    mechanism: (row) => row.mechanism,
    from: layoutInWords,
    dtype: (row) => row.dtype,
    shape: (row) => row.shape.reduce((product, length) => product * length, 1),
    size: (row) => row.size_bytes,
    writers: (row) => (hasWriters(row) ? aliveCount(row.writers) : (row.users?.rw ?? -1)),
    rate: pace_per_s,
    last: lastAge_s,
  }),
);

/** Columns whose larger values are the interesting ones: the first click sorts them downwards. */
export const DESCENDING_FIRST = new Set(["health", "shape", "size", "writers", "rate"]);

/** One for all comparisons: to make one takes longer than to compare. */
const COLLATOR = new Intl.Collator("en", { numeric: true });

/**
 * @param {Row[]} rows
 * @param {string} column
 * @param {boolean} descending
 */
export function sortRows(rows, column, descending) {
  const key = KEYS.get(column) ?? (({ name }) => name);
  const sign = descending ? -1 : 1;
  return [...rows].sort(
    (a, b) => sign * compare(key(a), key(b)) || compare(a.name, b.name) || compare(a.id, b.id),
  );
}

/**
 * @param {string | number} a
 * @param {string | number} b
 */
function compare(a, b) {
  if (typeof a === "string" && typeof b === "string") return COLLATOR.compare(a, b);
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 * `12 arrays, 7 writing, 3 changing`; what has gone does not count.
 *
 * @param {Row[]} rows
 */
export function summarise(rows) {
  const present = rows.filter(({ gone_s }) => gone_s === null);
  const system = countSystem(present);
  const changing = present.filter(isChanging).length;
  const parts = [
    formatCount(present.length - system, "array"),
    system > 0 ? `${system} of system memory` : "",
    `${present.filter(isWriting).length} writing`,
    changing > 0 ? `${changing} changing` : "",
  ];
  return parts.filter(Boolean).join(", ");
}

/**
 * The row in the worst health, with its sentence; null while all are well.
 *
 * @param {Row[]} rows
 */
export function worstOf(rows) {
  const ill = rows.filter(({ gone_s, health }) => gone_s === null && health.level !== "ok");
  const worst = sortRows(ill, "health", true)[0];
  if (!worst) return null;
  return { row: worst, sentence: worstSentence(worst) };
}
