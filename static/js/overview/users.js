/**
 * Who uses an array that nobody published: processes counted by what they may do.
 *
 * @typedef {import("../page/types.js").Row} Row
 * @typedef {import("../page/types.js").Users} Users
 */
import { formatCount } from "../page/format.js";

/**
 * Whether writers introduce themselves to this array.
 *
 * @param {Pick<Row, "writers" | "provenance">} row
 */
export function hasWriters({ writers, provenance }) {
  return writers.length > 0 || provenance === "published";
}

/**
 * `2 rw, 1 r`; what is none is left out.
 *
 * @param {Users | null} users
 */
export function usersBriefly(users) {
  if (users === null) return "?";
  const { rw, r, open } = users;
  const parts = [rw > 0 ? `${rw} rw` : "", r > 0 ? `${r} r` : "", open > 0 ? `${open} open` : ""];
  return parts.filter(Boolean).join(", ") || "nobody";
}

/**
 * The same in a sentence, or why it is not known.
 *
 * @param {Pick<Row, "users" | "mechanism">} row
 */
export function usersInWords({ users, mechanism }) {
  if (users === null) return unknownUsers(mechanism);
  const { rw, r, open } = users;
  const parts = [
    rw > 0 ? `${formatCount(rw, "process maps", "processes map")} it to read and write` : "",
    r > 0 ? `${formatCount(r, "process maps", "processes map")} it to read` : "",
    open > 0 ? `${formatCount(open, "process holds", "processes hold")} it open` : "",
  ].filter(Boolean);
  return parts.length > 0 ? `${parts.join(", ")}.` : "No process maps it or holds it open.";
}

/** @param {string} mechanism */
export function unknownUsers(mechanism) {
  if (mechanism === "Manager")
    return "Who uses an object of a Manager is known to its server only.";
  return "Nobody is seen to use it, but some processes may not be looked at.";
}

/**
 * One entry a process: `rw`, `r` or `open`, those that can write first.
 *
 * @param {Users | null} users
 * @param {number} most
 */
export function usersAsDots(users, most) {
  if (users === null) return [];
  const dots = /** @type {const} */ (["rw", "r", "open"]).flatMap((access) =>
    Array(Math.min(most, users[access])).fill(access),
  );
  return dots.slice(0, most);
}

/** @param {number} count processes that may not be looked at; empty for none */
export function hiddenInWords(count) {
  if (!(count > 0)) return "";
  return `${formatCount(count, "process", "processes")} may not be looked at: other users' are for root to see, and some are protected.`;
}
