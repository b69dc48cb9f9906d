/** Text that the browser keeps from one visit to the next, as far as it lets a page do so. */

export class Kept {
  /** @type {Map<string, string>} what could not be kept lasts as long as the page */
  #meanwhile = new Map();

  /** @param {() => Pick<Storage, "getItem" | "setItem">} storage throws where none is allowed */
  constructor(storage = () => globalThis.localStorage) {
    this.storage = storage;
  }

  /**
   * @param {string} key
   * @returns {string | null}
   */
  read(key) {
    const known = this.#meanwhile.get(key);
    if (known !== undefined) return known;
    try {
      return this.storage().getItem(key);
    } catch {
      return null; // private windows refuse
    }
  }

  /**
   * What is kept as JSON; undefined where nothing is, or something else.
   *
   * @param {string} key
   * @returns {any}
   */
  readJson(key) {
    try {
      return JSON.parse(this.read(key) ?? "") ?? undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * @param {string} key
   * @param {string} text
   */
  write(key, text) {
    try {
      this.storage().setItem(key, text);
      this.#meanwhile.delete(key);
    } catch {
      this.#meanwhile.set(key, text); // private windows and full disks refuse
    }
  }
}
