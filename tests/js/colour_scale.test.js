import assert from "node:assert/strict";
import { test } from "node:test";
import * as scales from "../../static/js/heat/colour_scale.js";

/** @typedef {import("../../static/js/heat/colour_scale.js").ScaleKind} ScaleKind */

const RANGE = { lo: -100, hi: 1000 };

/** @param {number} a @param {number} b */
function near(a, b) {
  assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)), `${a} is not ${b}`);
}

for (const kind of /** @type {ScaleKind[]} */ (["linear", "log", "symlog"])) {
  test(`${kind}: a value's share leads back to the value, and grows with it`, () => {
    const scale = scales.scaleOf(kind, RANGE, 0.5);
    let before = -1;
    for (let i = 0; i <= 40; i++) {
      const value = scales.valueAt(scale, i / 40);
      near(scales.shareOf(scale, value), i / 40);
      assert.ok(scales.shareOf(scale, value) > before);
      before = scales.shareOf(scale, value);
    }
  });

  test(`${kind}: the ends hold what lies beyond them, and NaN has no share`, () => {
    const scale = scales.scaleOf(kind, { lo: 1, hi: 1000 }, 1);
    assert.equal(scales.shareOf(scale, Number.POSITIVE_INFINITY), 1);
    assert.equal(scales.shareOf(scale, 0.5), 0);
    assert.ok(Number.isNaN(scales.shareOf(scale, Number.NaN)));
  });

  test(`${kind}: ticks stand on the scale in order, apart from each other`, () => {
    for (const range of [RANGE, { lo: 1e-12, hi: 1e9 }, { lo: 3, hi: 4 }, { lo: -5, hi: -2 }]) {
      const scale = scales.scaleOf(kind, range, 0.01);
      const ticks = scales.scaleTicks(scale, 6);
      const shares = ticks.map(({ share }) => share);
      assert.deepEqual(
        shares,
        [...shares].sort((a, b) => a - b),
      );
      assert.ok(shares.every((share) => share >= 0 && share <= 1 && Number.isFinite(share)));
      assert.ok(shares.every((share, i) => i === 0 || share - (shares[i - 1] ?? 0) > 0.05));
    }
  });
}

test("linear shares are the straight ones", () => {
  const scale = scales.scaleOf("linear", { lo: 10, hi: 20 }, 1);
  assert.equal(scales.shareOf(scale, 12.5), 0.25);
});

test("on a logarithmic scale every decade is as long, and zero and less have no place", () => {
  const scale = scales.scaleOf("log", { lo: 1, hi: 1000 }, 1);
  near(scales.shareOf(scale, 10), 1 / 3);
  near(scales.shareOf(scale, 100), 2 / 3);
  assert.equal(scales.shareOf(scale, 0), -1);
  assert.equal(scales.shareOf(scale, -7), -1);
  assert.deepEqual(
    scales.scaleTicks(scale, 6).map(({ value }) => value),
    [1, 10, 100, 1000],
  );
});

test("a logarithmic scale finds its foot at the smallest value above zero, but not endlessly deep", () => {
  assert.equal(scales.scaleOf("log", RANGE, 0.5).lo, 0.5);
  near(scales.scaleOf("log", RANGE, 1e-300).lo, 1e-5);
  const none = scales.scaleOf("log", { lo: -5, hi: -1 }, Number.POSITIVE_INFINITY);
  assert.ok(none.lo > 0 && none.hi > none.lo);
});

test("symlog is even about zero, and all but linear within its threshold", () => {
  const scale = scales.scaleOf("symlog", { lo: -1000, hi: 1000 }, 1);
  assert.equal(scale.threshold, 1);
  near(scales.shareOf(scale, 0), 0.5);
  near(scales.shareOf(scale, 30) - 0.5, 0.5 - scales.shareOf(scale, -30));
  const step = scales.shareOf(scale, 0.02) - 0.5;
  assert.ok(Math.abs((scales.shareOf(scale, 0.04) - 0.5) / step - 2) < 0.05);
});
