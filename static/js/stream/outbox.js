/**
 * What has arrived for each subscription and is not drawn yet: the newest schema and the newest
 * frame after it.
 *
 * @typedef {{schema?: any, frame?: {head: import("./types.js").Head, body: any}}} Parcel
 */
export class Outbox {
  /** @type {Map<number, Parcel>} */
  #parcels = new Map();

  /**
   * @param {number} id
   * @param {"schema" | "frame"} type
   * @param {import("./types.js").Head} head
   * @param {any} body
   */
  put(id, type, head, body) {
    const parcel = this.#parcels.get(id) ?? {};
    // A frame from before a schema no longer fits it.
    if (type === "schema") this.#parcels.set(id, { schema: body });
    else this.#parcels.set(id, { ...parcel, frame: { head, body } });
  }

  /** @param {number} id */
  discard(id) {
    this.#parcels.delete(id);
  }

  /** Take everything out. */
  take() {
    const parcels = [...this.#parcels];
    this.#parcels.clear();
    return parcels;
  }
}
