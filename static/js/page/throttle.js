/** Something that is asked for often and done at most so often, at last for the last time asked. */
export class Throttle {
  /** @type {ReturnType<typeof setTimeout> | null} */
  #timer = null;
  #done_ms = Number.NEGATIVE_INFINITY;

  /**
   * @param {() => void} deed
   * @param {number} every_ms
   */
  constructor(deed, every_ms) {
    this.deed = deed;
    this.every_ms = every_ms;
  }

  soon() {
    if (this.#timer !== null) return;
    const wait_ms = Math.max(0, this.#done_ms + this.every_ms - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#done_ms = performance.now();
      this.deed();
    }, wait_ms);
  }
}
