/** Which hosts are opened in the overview, remembered from one visit to the next. */

const KEY = "shmscope.hosts";
/** More are not remembered: the oldest go. */
const MOST = 500;

export class Folds {
  /** @type {Map<string, boolean>} by host, what the user said last */
  #said;
  /** Whether a host stands open of which nothing was said. */
  openFirst = true;

  /** @param {import("../page/kept.js").Kept} kept */
  constructor(kept) {
    this.kept = kept;
    const known = kept.readJson(KEY);
    const entries = Array.isArray(known) ? known.filter(isEntry) : [];
    this.#said = new Map(entries.slice(-MOST));
  }

  /** @param {string} host */
  isOpen(host) {
    return this.#said.get(host) ?? this.openFirst;
  }

  /** The hosts that the user opened, the last one first. */
  get opened() {
    return [...this.#said].flatMap(([host, open]) => (open ? [host] : [])).reverse();
  }

  /** @param {string} host */
  toggle(host) {
    const open = !this.isOpen(host);
    this.#said.delete(host);
    this.#said.set(host, open);
    this.kept.write(KEY, JSON.stringify([...this.#said].slice(-MOST)));
  }
}

/** @param {unknown} entry */
function isEntry(entry) {
  return Array.isArray(entry) && typeof entry[0] === "string" && typeof entry[1] === "boolean";
}
