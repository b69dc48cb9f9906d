/**
 * The overview's rows: which are shown, in what order, and all of them in one line.
 *
 * @typedef {import("./types.js").Row} Row
 */
import { formatCount } from "./format.js";
import { aliveCount, rankOf, worstSentence } from "./health.js";

/** @type {Map<string, (row: Row) => string | number>} */
const KEYS = new Map(
  Object.entries({
    health: (row) => rankOf(row.health.level),
    name: (row) => row.name,
    mechanism: (row) => row.mechanism,
    dtype: (row) => row.dtype,
    shape: (row) => row.shape.reduce((product, length) => product * length, 1),
    size: (row) => row.size_bytes,
    writers: (row) => aliveCount(row.writers),
    rate: (row) => row.writes_per_s,
    last: (row) => row.last_write_age_s ?? Number.POSITIVE_INFINITY,
  }),
);

/** Columns whose larger values are the interesting ones: the first click sorts them downwards. */
export const DESCENDING_FIRST = new Set(["health", "shape", "size", "writers", "rate"]);

/** @type {Map<string, (row: Row) => string>} */
const FIELDS = new Map(
  Object.entries({
    name: (row) => `${row.name} ${row.segment_name ?? ""}`,
    mechanism: (row) => row.mechanism,
    health: (row) => row.health.level,
    dtype: (row) => row.dtype,
  }),
);

/**
 * Every word must be found in the name, mechanism, dtype or health; `health:critical` looks in one
 * of them.
 *
 * @param {Row[]} rows
 * @param {string} filter
 */
export function filterRows(rows, filter) {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => words.every((word) => matches(row, word)));
}

/**
 * @param {Row} row
 * @param {string} word
 */
function matches(row, word) {
  const colon = word.indexOf(":");
  const field = colon > 0 ? FIELDS.get(word.slice(0, colon)) : undefined;
  if (field)
    return field(row)
      .toLowerCase()
      .includes(word.slice(colon + 1));
  const everything = [...FIELDS.values()].map((read) => read(row));
  return everything.join(" ").toLowerCase().includes(word);
}

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
  if (typeof a === "string" && typeof b === "string")
    return a.localeCompare(b, "en", { numeric: true });
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 * `8 arrays, 7 writing, 1 critical`
 *
 * @param {Row[]} rows
 */
export function summarise(rows) {
  const writing = rows.filter(({ writes_per_s }) => writes_per_s > 0).length;
  const parts = [formatCount(rows.length, "array"), `${writing} writing`];
  for (const level of ["critical", "warning"]) {
    const count = rows.filter(({ health }) => health.level === level).length;
    if (count > 0)
      parts.push(level === "warning" ? formatCount(count, "warning") : `${count} critical`);
  }
  return parts.join(", ");
}

/**
 * The row in the worst health, with its sentence; null while all are well.
 *
 * @param {Row[]} rows
 */
export function worstOf(rows) {
  const worst = sortRows(rows, "health", true)[0];
  if (!worst || worst.health.level === "ok") return null;
  return { row: worst, sentence: worstSentence(worst) };
}
