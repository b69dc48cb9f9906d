/**
 * Arrays that are added to a page of a large fleet: of that a page is told the arrays of its own
 * panels' hosts alone, so the hub is asked for what a text may mean.
 *
 * @typedef {import("../page/types.js").Row} Row
 * @typedef {{id: string} | {problem: string}} Meant
 */
import { arrayMeant, hostOf, nameOf } from "./model.js";

const MOST = 50;

/**
 * Where arrays are listed that a text may mean, the likeliest first: one of a host, or by its id,
 * those of a name, and those whose name holds it.
 *
 * @param {string} text
 * @returns {string[]} addresses
 */
export function searchesFor(text) {
  /** @type {[string, string][]} hosts and names */
  const patterns = [
    ["*", literal(text)],
    ["*", `*${literal(text)}*`],
  ];
  const slash = text.indexOf("/");
  if (slash > 0) {
    patterns.unshift(
      [literal(text.slice(0, slash)), literal(text.slice(slash + 1))],
      [literal(hostOf(text)), literal(nameOf(text))],
    );
  }
  return patterns.map(([host, match]) => {
    const query = new URLSearchParams({ host, match, limit: String(MOST) });
    return `/api/v1/arrays?${query}`;
  });
}

/**
 * A text as a shell pattern of itself.
 *
 * @param {string} text
 */
function literal(text) {
  return text.replace(/[[*?]/g, "[$&]");
}

/**
 * The array that a user means, of all hosts.
 *
 * @param {string} text
 * @param {(address: string) => Promise<{arrays: Row[], total: number} | null>} list null where
 *   the server does not say
 * @returns {Promise<Meant>}
 */
export async function findArray(text, list) {
  for (const address of text ? searchesFor(text) : []) {
    const { arrays, total } = (await list(address)) ?? { arrays: [], total: 0 };
    const present = arrays.filter(({ gone_s }) => gone_s === null);
    const [first] = present;
    if (first) return meantOf(present, first, total > arrays.length ? total : 0, text);
  }
  return arrayMeant([], text);
}

/**
 * @param {Row[]} rows
 * @param {Row} first
 * @param {number} more how many there are, where these are not all
 * @param {string} text
 * @returns {Meant}
 */
function meantOf(rows, first, more, text) {
  const exact = rows.find(({ id }) => id === text);
  if (exact) return { id: exact.id };
  if (more > 0) return { problem: `${more} arrays are called so or alike: say which.` };
  return rows.length === 1 ? { id: first.id } : arrayMeant(rows, text);
}

/**
 * @param {string} address
 * @returns {Promise<{arrays: Row[], total: number} | null>}
 */
export async function listFromServer(address) {
  try {
    const answer = await fetch(address, { headers: { accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null; // the server is away; the connection's banner says so
  }
}
