import assert from "node:assert/strict";
import { test } from "node:test";
import * as format from "../../static/js/page/format.js";

/**
 * @template T
 * @param {(value: T) => string} formatted
 * @param {[T, string][]} cases
 */
function check(formatted, cases) {
  for (const [value, text] of cases) assert.equal(formatted(value), text);
}

test("rates have three digits and a prefix", () => {
  check(format.formatRate, [
    [0, "0 /s"],
    [0.5, "0.500 /s"],
    [59.94, "59.9 /s"],
    [239.8, "240 /s"],
    [999.9, "1.00 k/s"],
    [1234, "1.23 k/s"],
    [2.5e6, "2.50 M/s"],
    [Number.NaN, "–"],
    [/** @type {any} */ (null), "–"],
  ]);
});

test("sizes are in powers of 1024", () => {
  check(format.formatBytes, [
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1 KiB"],
    [1536, "1.5 KiB"],
    [2 ** 34, "16 GiB"],
  ]);
});

test("durations take the units that a person would", () => {
  check(format.formatDuration, [
    [0, "0 ms"],
    [0.0004, "0.40 ms"],
    [0.25, "250 ms"],
    [1.25, "1.3 s"],
    [59.9, "59 s"],
    [200, "3 min 20 s"],
    [7500, "2 h 5 min"],
    [200000, "2 d 7 h"],
  ]);
});

test("ages are calm where they are now", () => {
  check(format.formatAge, [
    [/** @type {any} */ (null), "never"],
    [0.004, "now"],
    [0.34, "0.3 s"],
    [75, "1 min 15 s"],
  ]);
});

test("integers keep every digit", () => {
  check(format.formatNumber, [
    [2n ** 63n - 1n, "9223372036854775807"],
    [-(2n ** 63n), "-9223372036854775808"],
    [1200345, "1200345"],
    [0, "0"],
  ]);
});

test("what is not a finite number says so", () => {
  check(format.formatNumber, [
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "inf"],
    [Number.NEGATIVE_INFINITY, "-inf"],
    [/** @type {any} */ (null), "–"],
  ]);
});

test("floats have as many digits as asked for, never fewer than before their point", () => {
  check(format.formatFloat, [
    [20, "20.0000"],
    [Math.PI, "3.14159"],
    [-0.5, "-0.500000"],
    [1795400000.25, "1795400000"],
    [1e-5, "1.0000e-5"],
    [1e20, "1.0000e+20"],
    [0, "0.00000"],
  ]);
});

test("a value on a scale has the digits that tell it from its neighbours", () => {
  assert.equal(format.formatWithin(37.8234, 23.8), "37.82");
  assert.equal(format.formatWithin(1000.00125, 0.01), "1000.00125");
  assert.equal(format.formatWithin(5e-12, 1e-11), "5.000e-12");
});

test("ticks are as short as they go", () => {
  check(format.formatTick, [
    [0, "0"],
    [0.4, "0.4"],
    [7500, "7.5 k"],
    [-1.2, "-1.2"],
    [1e-9, "1.00e-9"],
  ]);
});

test("shares, shapes, complex numbers and counts", () => {
  assert.equal(format.formatShare(0.0008), "0.08 %");
  assert.equal(format.formatShare(0.021), "2.1 %");
  assert.equal(format.formatShape([]), "scalar");
  assert.equal(format.formatShape([512, 3]), "512 × 3");
  assert.equal(format.formatComplex(1, -2), "1.0000 - 2.0000j");
  assert.equal(format.formatCount(1, "array"), "1 array");
});
