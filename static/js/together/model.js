/**
 * What became of the arrays of a page, from the list of all arrays.
 *
 * @typedef {import("../page/types.js").Row} Row
 *
 * An array that went, or was never there, may have a successor: a new one of the same name. Of one
 * whose host is away nothing can be said but that, in words.
 * @typedef {{kind: "here", row: Row} | {kind: "gone" | "absent", successor: string | null}
 *   | {kind: "away", words: string}} Fate
 */

/**
 * @param {Row[]} rows
 * @param {string} id
 * @param {boolean} known whether it was there before
 * @param {string} [away] why nothing is heard of its host; empty where it is heard of
 * @returns {Fate}
 */
export function fateOf(rows, id, known, away = "") {
  if (away) return { kind: "away", words: away };
  const row = rows.find((one) => one.id === id);
  if (row && row.gone_s === null) return { kind: "here", row };
  const name = nameOf(id);
  const host = id.slice(0, id.indexOf("/") + 1);
  const other = rows.find(
    (one) => one.name === name && one.id !== id && one.gone_s === null && one.id.startsWith(host),
  );
  return { kind: row || known ? "gone" : "absent", successor: other?.id ?? null };
}

/**
 * @param {Fate} fate
 * @param {string} id
 */
export function fateInWords(fate, id) {
  if (fate.kind === "here") return "";
  if (fate.kind === "away") return fate.words;
  const what = fate.kind === "gone" ? "This array is gone." : `No array has the id ${id}.`;
  return fate.successor ? `${what} There is a new one of this name.` : what;
}

/**
 * Whether a text, which may come out of the page's address, is an id: host, segment and name.
 *
 * @param {string} text
 */
export function isId(text) {
  return /^[^/]+\/[^/]+\/[^/]+$/.test(text);
}

/**
 * The name in an array's id, of which each part is percent-encoded.
 *
 * @param {string} id
 */
export function nameOf(id) {
  return decoded(id.slice(id.lastIndexOf("/") + 1));
}

/**
 * The host in an array's id.
 *
 * @param {string} id
 */
export function hostOf(id) {
  return decoded(id.slice(0, id.indexOf("/")));
}

/** @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // bytes that are no UTF-8
  }
}

/**
 * By what each array can be added: its name, with its host's where others have the same, or its id.
 *
 * @param {Row[]} rows
 * @returns {Map<string, string>} text and id
 */
export function namesOf(rows) {
  const present = rows.filter(({ gone_s }) => gone_s === null);
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const row of present)
    for (const text of textsOf(row)) counts.set(text, (counts.get(text) ?? 0) + 1);
  return new Map(
    present.map((row) => [textsOf(row).find((text) => counts.get(text) === 1) ?? row.id, row.id]),
  );
}

/** @param {Row} row */
function textsOf({ host, name }) {
  return [name, `${host}/${name}`];
}

/**
 * The array that a user means: by its name, its id, or the only one whose name holds the text.
 *
 * @param {Row[]} rows
 * @param {string} text
 * @returns {{id: string} | {problem: string}}
 */
export function arrayMeant(rows, text) {
  const names = namesOf(rows);
  const id = names.get(text) ?? [...names.values()].find((one) => one === text);
  if (id) return { id };
  const lower = text.toLowerCase();
  const found = [...names].filter(([name]) => name.toLowerCase().includes(lower));
  if (text && found.length === 1 && found[0]) return { id: found[0][1] };
  if (found.length === 0) return { problem: `No array is called ${text}.` };
  return { problem: `${found.length} arrays are called so or alike: say which.` };
}

/**
 * How many columns panels stand in where the user leaves it to the page.
 *
 * @param {number} panels
 */
export function columnsFor(panels) {
  return Math.max(1, Math.min(4, Math.ceil(Math.sqrt(panels))));
}
