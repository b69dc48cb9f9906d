/**
 * What a grid asks for, and what it follows: the viewport belongs to the page's state, and others
 * move it too. A grid says where it is only when its user scrolls it, so that two which follow each
 * other come to rest.
 *
 * @typedef {import("../views/types.js").Viewport} Viewport
 */

import { clampViewport } from "../values/viewport.js";
import { sameViewport } from "./window.js";

export class GridFollow {
  /** @type {Viewport | null} the page's, as it was last seen */
  #viewport = null;
  /** @type {Viewport | null | undefined} what was said last of where the grid is */
  #said = undefined;
  /** @type {Viewport | null} what was asked for last */
  #asked = null;
  #leads = false;

  /** @param {number[]} counts of the selection */
  constructor(counts) {
    this.counts = counts;
  }

  /** The user scrolls the grid. */
  lead() {
    this.#leads = true;
  }

  /**
   * Take notice of the page's viewport.
   *
   * @param {Viewport | null} viewport
   * @returns {boolean} whether somebody else moved it: the grid is to scroll there
   */
  notice(viewport) {
    if (sameViewport(viewport, this.#viewport)) return false;
    this.#viewport = viewport;
    if (this.#said !== undefined && sameViewport(viewport, this.#said)) return false;
    this.#leads = false;
    return true;
  }

  /**
   * Where to say that the grid is; undefined where there is nothing new.
   *
   * @param {Viewport} seen
   * @returns {Viewport | null | undefined}
   */
  said(seen) {
    if (!this.#leads) return undefined;
    this.#leads = false;
    const said = clampViewport(seen, this.counts);
    if (sameViewport(said, this.#viewport)) return undefined;
    this.#said = said;
    return said;
  }

  /**
   * The part to ask for; null where that is asked for already.
   *
   * @param {Viewport} seen
   * @returns {Viewport | null}
   */
  asked(seen) {
    if (sameViewport(seen, this.#asked)) return null;
    this.#asked = seen;
    return seen;
  }
}
