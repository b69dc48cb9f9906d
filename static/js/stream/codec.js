/**
 * CBOR messages of the stream as plain values.
 *
 * Typed arrays (RFC 8746) arrive as typed arrays, copied only where their bytes are not aligned.
 * Integers stored in eight bytes arrive as BigInt; those that a number holds exactly become
 * numbers, so that sizes and counts can be reckoned with, and the others stay BigInt, so that no
 * digit is lost.
 *
 * @typedef {import("./types.js").Message} Message
 * @typedef {{decode(bytes: Uint8Array): unknown}} CborDecoder
 * @typedef {{Decoder: new (options: object) => CborDecoder}} CborLibrary
 */

/**
 * Replace every BigInt in a tree that a number holds exactly; typed arrays are left alone.
 *
 * @param {unknown} value
 * @returns {unknown}
 */
export function settle(value) {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (Array.isArray(value)) return settleList(value);
  if (value !== null && typeof value === "object" && !ArrayBuffer.isView(value)) {
    return settleObject(/** @type {Record<string, unknown>} */ (value));
  }
  return value;
}

/** @param {unknown[]} list */
function settleList(list) {
  for (let i = 0; i < list.length; i++) list[i] = settle(list[i]);
  return list;
}

/** @param {Record<string, unknown>} object */
function settleObject(object) {
  for (const key of Object.keys(object)) object[key] = settle(object[key]);
  return object;
}

/**
 * Make the function that turns one binary message into head and body.
 *
 * @param {CborLibrary} library
 * @returns {(bytes: ArrayBuffer | Uint8Array) => Message}
 */
export function makeDecoder(library) {
  const decoder = new library.Decoder({ useRecords: false, mapsAsObjects: true });
  return (bytes) => {
    const whole = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
    const pair = decoder.decode(whole);
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new TypeError("a message of the stream must be a list of two, [head, body]");
    }
    const [head, body] = /** @type {[any, unknown]} */ (settle(pair));
    if (typeof head?.type !== "string") throw new TypeError("a message's head must have a type");
    return { head, body };
  };
}
