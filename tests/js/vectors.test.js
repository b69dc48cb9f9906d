import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { makeDecoder } from "../../static/js/stream/codec.js";

await import(new URL("../../static/vendor/cbor-x.js", import.meta.url).href);
const decode = makeDecoder(/** @type {any} */ (globalThis).CBOR);

const VECTORS = new URL("../vectors/", import.meta.url);
const NAMES = readdirSync(VECTORS).filter((name) => /^stream-.*\.cbor$/.test(name));

/** @type {Record<string, (items: any[]) => ArrayBufferView>} */
const ARRAYS = {
  "|u1": (items) => Uint8Array.from(items),
  "<u2": (items) => Uint16Array.from(items),
  "<u4": (items) => Uint32Array.from(items),
  "<u8": (items) => BigUint64Array.from(items.map(BigInt)),
  "|i1": (items) => Int8Array.from(items),
  "<i2": (items) => Int16Array.from(items),
  "<i4": (items) => Int32Array.from(items),
  "<i8": (items) => BigInt64Array.from(items.map(BigInt)),
  "<f4": (items) => Float32Array.from(items.map(Number)),
  "<f8": (items) => Float64Array.from(items.map(Number)),
};

/**
 * What a vector's JSON stands for: arrays and integers that JSON cannot hold.
 *
 * @param {string} _
 * @param {any} value
 */
function revive(_, value) {
  if (value?.$array) return ARRAYS[value.$array]?.(value.items);
  if (value?.$integer) return BigInt(value.$integer);
  return value;
}

test("there are golden bytes", () => assert.equal(NAMES.length, 9));

for (const name of NAMES) {
  test(`${name} reads as its JSON says`, () => {
    const json = readFileSync(new URL(name.replace(".cbor", ".json"), VECTORS), "utf8");
    const [head, body] = JSON.parse(json, revive);
    assert.deepEqual(decode(readFileSync(new URL(name, VECTORS))), { head, body });
  });
}
