import assert from "node:assert/strict";
import { test } from "node:test";
import { makeDecoder, settle } from "../../static/js/stream/codec.js";

await import(new URL("../../static/vendor/cbor-x.js", import.meta.url).href);
const decode = makeDecoder(/** @type {any} */ (globalThis).CBOR);

/**
 * A message `[{"type": <padded>}, <tagged bytes>]`, byte by byte: an independent encoder.
 *
 * @param {number} tag
 * @param {ArrayBufferView} array
 * @param {number} padding shifts the bytes against every alignment
 */
function message(tag, array, padding) {
  const payload = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const type = Array.from("x".repeat(padding), (letter) => letter.charCodeAt(0));
  const head = [0xa1, 0x64, ...Buffer.from("type"), 0x60 + padding, ...type];
  return Uint8Array.from([0x82, ...head, 0xd8, tag, 0x58, payload.length, ...payload]);
}

/** @type {[number, any][]} tags of RFC 8746, little-endian */
const ARRAYS = [
  [64, Uint8Array.of(0, 255)],
  [69, Uint16Array.of(0, 65535)],
  [70, Uint32Array.of(0, 2 ** 32 - 1)],
  [71, BigUint64Array.of(0n, 2n ** 64n - 1n)],
  [72, Int8Array.of(-128, 127)],
  [77, Int16Array.of(-32768, 32767)],
  [78, Int32Array.of(-(2 ** 31), 2 ** 31 - 1)],
  [79, BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)],
  [85, Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, 1.5)],
  [86, Float64Array.of(Number.NaN, -0, Math.PI)],
];

for (const [tag, array] of ARRAYS) {
  test(`tag ${tag} arrives as ${array.constructor.name} at every alignment`, () => {
    for (let padding = 1; padding <= 16; padding++) {
      const { body } = decode(message(tag, array, padding));
      assert.equal(body.constructor, array.constructor);
      assert.deepEqual(body, array);
    }
  });
}

test("an empty typed array arrives empty", () => {
  assert.equal(decode(message(85, new Float32Array(0), 4)).body.length, 0);
});

test("large integers that a number holds become numbers, others keep every digit", () => {
  const tree = { size: 2n ** 40n, list: [2n ** 60n, -5n], none: null };
  assert.deepEqual(settle(tree), { size: 2 ** 40, list: [2n ** 60n, -5], none: null });
});

test("typed arrays of 64-bit integers are left as they are", () => {
  const array = BigInt64Array.of(1n);
  assert.equal(settle(array), array);
});

test("every truncation is an error, none a wrong message", () => {
  const whole = message(85, Float32Array.of(1, 2), 3);
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => decode(whole.slice(0, length)), `${length} bytes`);
  }
});

test("what is not a list of head and body is refused", () => {
  assert.throws(() => decode(Uint8Array.of(0x01)), TypeError);
  assert.throws(() => decode(Uint8Array.of(0x82, 0xa0, 0xa0)), TypeError);
});
