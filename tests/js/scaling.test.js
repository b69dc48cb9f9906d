import assert from "node:assert/strict";
import { test } from "node:test";
import * as scaling from "../../static/js/page/scaling.js";

test("the extent passes over what is not finite, and counts it", () => {
  const values = [3, Number.NaN, -1, Number.POSITIVE_INFINITY, 2];
  assert.deepEqual(scaling.extentOf(values), { lo: -1, hi: 3, nan: 1, inf: 1 });
});

test("without a finite value there is a range to draw on all the same", () => {
  assert.deepEqual(scaling.spread(scaling.extentOf([Number.NaN])), { lo: 0, hi: 1 });
  assert.deepEqual(scaling.spread({ lo: 5, hi: 5 }), { lo: 5, hi: 5.000005 });
  assert.deepEqual(scaling.spread({ lo: 0, hi: 0 }), { lo: 0, hi: 1 });
});

test("complex pairs are drawn as magnitudes, 64-bit integers as floats", () => {
  const pairs = Float64Array.of(3, 4, 0, -2);
  assert.deepEqual([...scaling.drawable(pairs, "complex")], [5, 2]);
  assert.deepEqual([...scaling.drawable(BigInt64Array.of(-7n), "numbers")], [-7]);
});

test("divisions hold every range they are made for, and waste less than half", () => {
  for (const lo of [-1000, -3.3, 0, 1e-9, 17, 123456]) {
    for (const span of [1e-6, 0.3, 1, 7.7, 99, 1e7]) {
      const { lo: bottom, hi: top, step } = scaling.divide({ lo, hi: lo + span }, 8);
      assert.ok(bottom <= lo + step * 1e-6, `${lo} + ${span}`);
      assert.ok(top >= lo + span - step * 1e-6, `${lo} + ${span}`);
      assert.ok(top - bottom < span * 2.2, `${lo} + ${span}: ${top - bottom}`);
    }
  }
});

test("a scale that begins at zero is not pushed below it", () => {
  assert.deepEqual(scaling.divide({ lo: 0, hi: 60 }, 4), { lo: 0, hi: 60, step: 15 });
});

test("the scale stands still while the values fit it and fill it", () => {
  const before = scaling.divide({ lo: 0, hi: 10 }, 8);
  assert.equal(scaling.steadyDivisions(before, { lo: 1, hi: 9 }, 8), before);
  assert.notEqual(scaling.steadyDivisions(before, { lo: 0, hi: 20 }, 8), before);
  assert.notEqual(scaling.steadyDivisions(before, { lo: 0, hi: 1 }, 8), before);
});

test("grid lines and ticks are round numbers", () => {
  const divisions = { lo: -0.4, hi: 0.4, step: 0.1 };
  assert.deepEqual(scaling.gridLines(divisions).slice(0, 3), [-0.4, -0.3, -0.2]);
  assert.deepEqual(scaling.tickValues({ lo: 0, hi: 255 }, 5), [0, 100, 200]);
});
