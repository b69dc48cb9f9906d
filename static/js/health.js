/**
 * Words and order of health and of writers' states; the shapes that go with them are in icons.js.
 *
 * @typedef {import("./types.js").Level} Level
 * @typedef {import("./types.js").Row} Row
 */

const RANKS = new Map([
  ["ok", 0],
  ["warning", 1],
  ["critical", 2],
]);

/** @param {string} level */
export function rankOf(level) {
  return RANKS.get(level) ?? 0;
}

/**
 * The sentence of the worst verdict; empty for an array that has nothing to say.
 *
 * @param {Row} row
 */
export function worstSentence({ health }) {
  const verdict = health.verdicts.find(({ level }) => level === health.level);
  return verdict?.sentence ?? "";
}

/**
 * How many writers are in which state, the commonest words first: `2 alive, 1 dead`.
 *
 * @param {import("./types.js").Writer[]} writers
 */
export function writersInWords(writers) {
  if (writers.length === 0) return "no writers";
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { state } of writers) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(", ");
}

/** @param {import("./types.js").Writer[]} writers */
export function aliveCount(writers) {
  return writers.filter(({ state }) => state === "alive").length;
}
