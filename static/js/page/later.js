import { onShown } from "./shown.js";

/**
 * What a page can do without until its first picture is drawn, and what it is to do by then.
 *
 * @template T
 */
export class Later {
  /** @type {{value: T} | null} */
  #come = null;
  /** @type {((value: T) => void)[] | null} null: it never comes */
  #waiting = [];

  /** @param {Promise<T>} coming */
  constructor(coming) {
    coming.then(
      (value) => this.#take(value),
      (error) => {
        this.#waiting = null;
        console.error("a part of the page could not be fetched", error);
      },
    );
  }

  /**
   * Do this with it: now, or as soon as it is there, in the order in which it was asked for.
   *
   * @param {(value: T) => void} deed
   */
  use(deed) {
    if (this.#come) deed(this.#come.value);
    else this.#waiting?.push(deed);
  }

  /** @param {T} value */
  #take(value) {
    this.#come = { value };
    for (const deed of this.#waiting ?? []) deed(value);
    this.#waiting = null;
  }
}

const TRIES = 8;
const FIRST_PAUSE_MS = 250;

/**
 * Fetch what the server may not give just now: it may be starting anew. Each pause is twice as long
 * as the one before, half a minute in all.
 *
 * @template T
 * @param {() => Promise<T>} fetch
 * @param {(ms: number) => Promise<void>} [pause]
 * @returns {Promise<T>}
 */
export async function insist(fetch, pause = pass) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await fetch();
    } catch (error) {
      if (tries === TRIES) throw error;
      await pause(FIRST_PAUSE_MS * 2 ** (tries - 1));
    }
  }
}

/**
 * @param {number} ms
 * @returns {Promise<void>}
 */
function pass(ms) {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/**
 * Resolves when a picture was drawn and the browser has shown it, or when none comes for a while
 * after the page was shown.
 */
export class FirstPicture {
  /** @type {() => void} */
  #resolve = () => {};

  /** @param {number} most_ms to wait */
  constructor(most_ms) {
    /** @type {Promise<void>} */
    this.shown = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    onShown(() => void setTimeout(this.#resolve, most_ms));
  }

  /** A picture was drawn; it is shown with the next of the page. */
  drawn() {
    requestAnimationFrame(() => setTimeout(this.#resolve));
  }
}
