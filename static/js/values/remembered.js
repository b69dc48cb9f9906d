/**
 * How arrays were looked at last, by name and layout: an array that a program makes anew each time
 * it starts is still the same to its user.
 *
 * @typedef {import("./page_state.js").ArrayState} ArrayState
 * @typedef {import("../page/types.js").Facts} Facts
 * @typedef {Pick<ArrayState, "view" | "look">} Manner
 */
import { formatArrayState, parseArrayState } from "./page_state.js";

const KEY = "shmscope.seen";
/** The most arrays that are remembered: the one seen longest ago is forgotten first. */
export const MOST_REMEMBERED = 200;

export class Remembered {
  /** @param {import("../page/kept.js").Kept} kept */
  constructor(kept) {
    this.kept = kept;
  }

  /**
   * @param {Facts} row
   * @returns {Manner | null}
   */
  find(row) {
    const found = this.#entries().find(([key]) => key === keyOf(row));
    return found ? mannerOf(parseArrayState(found[1])) : null;
  }

  /**
   * @param {Facts} row
   * @param {ArrayState} state
   */
  note(row, state) {
    const key = keyOf(row);
    const query = formatArrayState({ ...parseArrayState(""), ...mannerOf(state) });
    const others = this.#entries().filter(([other]) => other !== key);
    const all = query ? [...others, [key, query]] : others;
    this.kept.write(KEY, JSON.stringify(all.slice(-MOST_REMEMBERED)));
  }

  /** @returns {[string, string][]} key and query, the newest last */
  #entries() {
    const kept = this.kept.readJson(KEY);
    return Array.isArray(kept) ? kept.filter(isEntry) : [];
  }
}

/** @param {unknown} entry */
function isEntry(entry) {
  return Array.isArray(entry) && entry.length === 2 && entry.every((x) => typeof x === "string");
}

/**
 * @param {ArrayState} state
 * @returns {Manner}
 */
function mannerOf({ view, look }) {
  return { view, look };
}

/** @param {Facts} row */
function keyOf({ name, dtype_spec, shape }) {
  return JSON.stringify([name, dtype_spec, shape]);
}
