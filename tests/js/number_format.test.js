import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  formatInteger,
  formatReal,
  halfBits,
  hexOfFloat,
  shortest,
  toHalf,
} from "../../static/js/page/number_format.js";

/** @type {Record<"f2" | "f4" | "f8", {bits: string, text: string}[]>} */
const VECTORS = JSON.parse(
  readFileSync(new URL("../vectors/floats.json", import.meta.url), "utf8"),
);

/** @param {number} bits */
function halfOf(bits) {
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  const size =
    exponent > 0 ? 2 ** (exponent - 15) * (1 + mantissa / 1024) : (2 ** -14 * mantissa) / 1024;
  return bits >> 15 ? -size : size;
}

/**
 * @param {"f2" | "f4" | "f8"} dtype
 * @param {string} bits
 */
function valuesOf(dtype, bits) {
  if (dtype === "f2") return Float32Array.of(halfOf(Number.parseInt(bits, 16)));
  if (dtype === "f4") return new Float32Array(Uint32Array.of(Number.parseInt(bits, 16)).buffer);
  return new Float64Array(BigUint64Array.of(BigInt(`0x${bits}`)).buffer);
}

/** @type {[keyof typeof VECTORS, 16 | 32 | 64][]} */
const FLOATS = [
  ["f2", 16],
  ["f4", 32],
  ["f8", 64],
];
for (const [dtype, bits] of FLOATS) {
  test(`all digits of ${dtype} are as many as it needs, and its bits are its own`, () => {
    for (const vector of VECTORS[dtype]) {
      const values = valuesOf(dtype, vector.bits);
      assert.equal(shortest(Number(values[0]), bits), vector.text, vector.bits);
      assert.equal(hexOfFloat(values, 0, bits), `0x${vector.bits}`);
    }
  });
}

test("every half float is found again by its digits and by its bits", () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    if (((bits >> 10) & 31) === 31) continue;
    const value = halfOf(bits);
    if (!Object.is(toHalf(Number(shortest(value, 16))), value)) assert.fail(bits.toString(16));
    if (halfBits(value) !== bits) assert.fail(bits.toString(16));
  }
});

test("a half float between two is the nearest, the even one where both are as near", () => {
  assert.equal(toHalf(2049), 2048);
  assert.equal(toHalf(2051), 2052);
  assert.equal(toHalf(65519), 65504);
  assert.equal(toHalf(-65520), Number.NEGATIVE_INFINITY);
  assert.equal(toHalf(2 ** -26), 0);
});

test("a NaN keeps its own bits in hexadecimal", () => {
  const values = new Float32Array(Uint32Array.of(0xffc12345).buffer);
  assert.equal(hexOfFloat(values, 0, 32), "0xffc12345");
});

test("integers keep every digit, and are two's complement in hexadecimal", () => {
  assert.equal(formatInteger(-(2n ** 63n), 64, "auto"), "-9223372036854775808");
  assert.equal(formatInteger(2n ** 62n + 1n, 64, "fixed2"), "4611686018427387905");
  assert.equal(formatInteger(-1, 16, "hex"), "0xffff");
  assert.equal(formatInteger(-(2n ** 63n), 64, "hex"), "0x8000000000000000");
  assert.equal(formatInteger(12345, 32, "exp"), "1.23450e+4");
});

test("floats are written by the format that was chosen", () => {
  const value = 1234.56789;
  assert.equal(formatReal(value, 64, "auto"), "1234.57");
  assert.equal(formatReal(value, 64, "fixed2"), "1234.57");
  assert.equal(formatReal(value, 64, "fixed6"), "1234.567890");
  assert.equal(formatReal(value, 64, "exp"), "1.23457e+3");
  assert.equal(formatReal(value, 64, "full"), "1234.56789");
  assert.equal(formatReal(Math.fround(0.1), 32, "full"), "0.1");
  assert.equal(formatReal(1e300, 64, "fixed2"), "1.00e+300");
  assert.equal(formatReal(Number.NEGATIVE_INFINITY, 64, "full"), "-inf");
});

test("a time in seconds keeps its milliseconds", () => {
  assert.equal(formatReal(1795400000.25, 64, "auto"), "1795400000.250");
});
