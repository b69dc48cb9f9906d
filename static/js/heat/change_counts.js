/**
 * How often each element on the screen was seen to change, from frame to frame, since it was asked
 * for. What is seen is a lower bound: between two frames an element may change many times.
 *
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../values/types.js").Frame} Frame
 */

export class ChangeCounts {
  /** @type {Float32Array<ArrayBuffer>} a texture's own kind */
  #counts = new Float32Array(0);
  /** @type {ArrayLike<number | bigint> | null} */
  #before = null;
  #key = "";
  /** Frames that were compared with the one before. */
  compared = 0;

  /**
   * @param {Schema} schema
   * @param {ArrayLike<number | bigint>} values as they are drawn, one an element
   * @returns {Float32Array} how often each changed; another array for every frame
   */
  take(schema, values) {
    const key = keyOf(schema);
    if (key !== this.#key || values.length !== this.#counts.length) {
      this.#key = key;
      this.#counts = new Float32Array(values.length);
      this.#before = null;
      this.compared = 0;
    }
    if (this.#before && this.#before !== values) {
      this.#counts = counted(this.#counts, this.#before, values);
      this.compared += 1;
    }
    this.#before = values;
    return this.#counts;
  }
}

/**
 * @param {Float32Array<ArrayBuffer>} counts
 * @param {ArrayLike<number | bigint>} before
 * @param {ArrayLike<number | bigint>} after
 */
function counted(counts, before, after) {
  const next = counts.slice();
  for (let i = 0; i < next.length; i++) {
    const [a, b] = [before[i], after[i]];
    // A NaN differs from itself, and yet did not change.
    if (a !== b && !(Number.isNaN(a) && Number.isNaN(b))) next[i] = (next[i] ?? 0) + 1;
  }
  return next;
}

/** @param {Schema} schema */
function keyOf(schema) {
  const { array, dtype, select, field, part, order, window, reduced, how, against } = schema;
  return JSON.stringify([array, dtype, select, field, part, order, window, reduced, how, against]);
}
