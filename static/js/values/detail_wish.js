/**
 * How much detail a picture can show, said once for every change. An element less than a pixel wide
 * would be passed over: so it is never more than the screen has, in steps, as windows are drawn to
 * size by hand.
 */

/** @typedef {import("./types.js").Reduction} Reduction */

const STEP = 16;

export class DetailWish {
  #said = "";

  /** @param {Pick<import("../views/types.js").ViewActions, "detail">} actions */
  constructor(actions) {
    this.actions = actions;
  }

  /**
   * @param {number[]} pixels one an axis
   * @param {Reduction} reduce
   */
  ask(pixels, reduce) {
    const most = pixels.map((length) => (length < STEP ? length : length - (length % STEP)));
    const wish = JSON.stringify([most, reduce]);
    if (wish === this.#said) return;
    this.#said = wish;
    this.actions.detail({ most, reduce });
  }
}
