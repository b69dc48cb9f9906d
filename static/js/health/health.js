/**
 * Words and order of health and of writers' states; the shapes that go with them are in icons.js.
 *
 * @typedef {import("./health_types.js").Level} Level
 * @typedef {import("../page/types.js").Row} Row
 */

const RANKS = new Map([
  ["ok", 0],
  ["warning", 1],
  ["critical", 2],
]);

/** Levels, the worst first. */
export const WORST_FIRST = /** @type {const} */ (["critical", "warning", "ok"]);

/** What is sure goes before what may be. */
const SURE_RANKS = new Map([
  ["certain", 0.3],
  ["likely", 0.2],
  ["possible", 0.1],
]);

/** @param {string} level */
export function rankOf(level) {
  return RANKS.get(level) ?? 0;
}

/**
 * How bad a row is: by its level, and within one by how sure that is.
 *
 * @param {Row} row
 */
export function badnessOf(row) {
  const sure = row.health.level === "ok" ? "" : (worstVerdict(row)?.sure ?? "");
  return rankOf(row.health.level) + (SURE_RANKS.get(sure) ?? 0);
}

/**
 * The worst verdict; undefined for an array that has nothing to say.
 *
 * @param {Row} row
 */
export function worstVerdict({ health }) {
  return health.verdicts.find(({ level }) => level === health.level);
}

/** @param {Row} row */
export function worstSentence(row) {
  return worstVerdict(row)?.sentence ?? "";
}

/**
 * What else is wrong beside the worst: `and 2 more`; empty for nothing.
 *
 * @param {Row} row
 */
export function furtherInWords({ health }) {
  const wrong = health.verdicts.filter(({ level }) => level !== "ok").length;
  return wrong > 1 ? `and ${wrong - 1} more` : "";
}

/**
 * How many rows there are at each level; what has gone does not count.
 *
 * @param {Row[]} rows
 * @returns {{level: Level, count: number}[]} the worst first
 */
export function countLevels(rows) {
  const present = rows.filter(({ gone_s }) => gone_s === null);
  return WORST_FIRST.map((level) => ({
    level,
    count: present.filter(({ health }) => health.level === level).length,
  }));
}

/**
 * How many writers are in which state, the commonest words first: `2 alive, 1 dead`.
 *
 * @param {import("../page/types.js").Writer[]} writers
 */
export function writersInWords(writers) {
  if (writers.length === 0) return "no writers";
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { state } of writers) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(", ");
}

/** @param {import("../page/types.js").Writer[]} writers */
export function aliveCount(writers) {
  return writers.filter(({ state }) => state === "alive").length;
}
