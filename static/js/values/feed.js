/**
 * The subscription behind the values panel. Another selection or layout is asked for beside the
 * present one, which goes on until the new one is accepted: an invalid one costs nothing but a
 * message.
 *
 * @typedef {import("../stream/connection.js").Subscription} Subscription
 * @typedef {import("../layout/types.js").Layout} Layout
 *
 * @typedef {import("./wish.js").Wish} Wish
 *
 * @typedef {object} FeedListener
 * @property {(schema: import("./types.js").Schema, layout: Layout | null) => void} schema
 * @property {(frame: import("./types.js").Frame, head: import("../stream/types.js").Head) => void} frame
 * @property {(problem: import("../stream/types.js").Problem) => void} error
 * @property {() => void} gone
 */

/** HTTP's status for an array that is not known, or not yet. */
const UNKNOWN = 404;

export class ValuesFeed {
  /** @type {Subscription | null} */
  #current = null;
  /** @type {Subscription | null} */
  #candidate = null;
  /** @type {Wish | null} */
  #wish = null;
  /** Whether the present wish has brought a frame. */
  #shown = false;

  /**
   * @param {Pick<import("../stream/connection.js").Connection, "subscribe">} connection
   * @param {string} array
   * @param {FeedListener} listener
   */
  constructor(connection, array, listener) {
    this.connection = connection;
    this.array = array;
    this.listener = listener;
  }

  /** @param {Wish} wish */
  want(wish) {
    const before = this.#wish;
    this.#wish = wish;
    if (!before || keyOf(before) !== keyOf(wish)) return this.#ask();
    if (before.rate_hz !== wish.rate_hz) this.#running()?.update({ rate_hz: wish.rate_hz });
    if (wish.paused && this.#shown) return this.stop();
    if (!wish.paused && !this.#running()) this.#ask();
  }

  /** Show one frame more of what is paused. */
  again() {
    if (!this.#running()) this.#ask();
  }

  /** Go on with what was wanted when it was stopped. */
  resume() {
    if (this.#wish) this.want(this.#wish);
  }

  stop() {
    this.#current?.close();
    this.#candidate?.close();
    this.#current = this.#candidate = null;
  }

  #running() {
    return this.#candidate ?? this.#current;
  }

  #ask() {
    if (!this.#wish) return;
    const { view, layout, rate_hz } = this.#wish;
    this.#candidate?.close();
    this.#shown = false;
    /** @type {Subscription} */
    const own = this.connection.subscribe(
      { topic: "values", array: this.array, ...view, rate_hz },
      {
        schema: (schema) => {
          this.#promote(own);
          this.listener.schema(schema, layout);
        },
        frame: (frame, head) => this.#framed(frame, head),
        error: (problem) => this.#refused(own, problem),
        waiting: (problem) => this.#delayed(problem),
        gone: () => this.listener.gone(),
      },
    );
    this.#candidate = own;
  }

  /** @param {Subscription} own */
  #promote(own) {
    if (this.#candidate !== own) return;
    this.#current?.close();
    this.#current = own;
    this.#candidate = null;
  }

  /**
   * @param {import("./types.js").Frame} frame
   * @param {import("../stream/types.js").Head} head
   */
  #framed(frame, head) {
    // While another selection is being asked for, the frames of the old one do not count as shown.
    if (!this.#candidate) this.#shown = true;
    this.listener.frame(frame, head);
    if (this.#wish?.paused && this.#shown) this.stop();
  }

  /** @param {import("../stream/types.js").Problem} problem of which the page's topic says less */
  #delayed(problem) {
    if (problem.status !== UNKNOWN) this.listener.error(problem);
  }

  /**
   * @param {Subscription} own
   * @param {import("../stream/types.js").Problem} problem
   */
  #refused(own, problem) {
    if (this.#candidate === own) this.#candidate = null;
    this.listener.error(problem);
  }
}

/** @param {Wish} wish what must be asked for anew, once it differs */
function keyOf({ view }) {
  return JSON.stringify(view);
}
