/**
 * Which rows of the overview are shown: arrays or everything, and of those what the filter lets
 * through.
 *
 * @typedef {import("../page/types.js").Row} Row
 */
import { ruleWord } from "../health/health_words.js";
import { isChanging, isWriting } from "./pace.js";
import { provenanceWord } from "./provenance.js";

/** Since it appeared, an array is new for as long. */
const NEW_S = 10;

/**
 * What a word without a field is looked for in.
 *
 * @type {Map<string, (row: Row) => string>}
 */
const WIDE = new Map(
  Object.entries({
    name: (row) => `${row.name} ${row.segment_name ?? ""}`,
    mechanism: (row) => row.mechanism,
    health: ({ health }) => inWords([health.level, ...health.verdicts.flatMap(wrongWords)]),
    dtype: (row) => row.dtype,
    from: (row) => `${row.provenance} ${provenanceWord(row)}`,
    format: (row) => row.format,
  }),
);

/**
 * What is looked at only where it is named.
 *
 * @type {Map<string, (row: Row) => string>}
 */
const NARROW = new Map(
  Object.entries({
    pid: ({ writers }) => inWords(writers.map(({ pid }) => String(pid))),
    writer: ({ writers }) => inWords(writers.map(({ label }) => label)),
    path: ({ paths, companions }) => inWords([...paths, ...companions]),
    unit: (row) => row.unit ?? "",
    host: (row) => row.host,
    is: (row) => inWords(statesOf(row)),
  }),
);

/** Fields of which a whole word must be found, so that `pid:47` does not find 4711. */
const EXACT = new Set(["pid", "is"]);

/**
 * A rule that found something wrong, by its name and in words.
 *
 * @param {import("../health/health_types.js").Verdict} verdict
 */
function wrongWords({ rule, level }) {
  return level === "ok" ? [] : [rule, ruleWord(rule)];
}

/** @param {string[]} words */
function inWords(words) {
  return words.join(" ");
}

/** @param {Row} row */
function statesOf(row) {
  const states = {
    writing: isWriting(row),
    changing: isChanging(row),
    new: isNew(row),
    gone: row.gone_s !== null,
    system: row.system,
  };
  return Object.entries(states).flatMap(([word, holds]) => (holds ? [word] : []));
}

/** @param {Pick<Row, "age_s" | "gone_s">} row */
export function isNew({ age_s, gone_s }) {
  return age_s !== null && age_s < NEW_S && gone_s === null;
}

/**
 * The rows of arrays, or all of them: memory that programs keep for themselves, too.
 *
 * @param {Row[]} rows
 * @param {boolean} everything
 */
export function rowsInScope(rows, everything) {
  return everything ? rows : rows.filter(({ system }) => !system);
}

/** @param {Row[]} rows those that have not gone */
export function countSystem(rows) {
  return rows.filter(({ system, gone_s }) => system && gone_s === null).length;
}

/**
 * Every word must be found in the name, mechanism, dtype, health, provenance or format;
 * `health:critical` looks in one of them.
 *
 * @param {Row[]} rows
 * @param {string} filter
 */
export function filterRows(rows, filter) {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => words.every((word) => matches(row, word)));
}

/**
 * Put a word into a filter, or take it out; another of the same field is taken out, too.
 *
 * @param {string} filter
 * @param {string} word `health:warning`
 */
export function toggleWord(filter, word) {
  const field = word.slice(0, word.indexOf(":") + 1);
  const words = filter.split(/\s+/).filter(Boolean);
  const others = words.filter((one) => !one.toLowerCase().startsWith(field));
  return (hasWord(filter, word) ? others : [...others, word]).join(" ");
}

/**
 * @param {string} filter
 * @param {string} word
 */
export function hasWord(filter, word) {
  return filter.toLowerCase().split(/\s+/).includes(word);
}

/**
 * @param {Row} row
 * @param {string} word
 */
function matches(row, word) {
  const colon = word.indexOf(":");
  const field = colon > 0 ? word.slice(0, colon) : "";
  const read = WIDE.get(field) ?? NARROW.get(field);
  const wanted = word.slice(colon + 1);
  if (read && EXACT.has(field)) return wanted === "" || read(row).split(" ").includes(wanted);
  if (read) return read(row).toLowerCase().includes(wanted);
  const everything = [...WIDE.values()].map((readField) => readField(row));
  return everything.join(" ").toLowerCase().includes(word);
}
