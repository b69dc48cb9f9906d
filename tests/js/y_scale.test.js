import assert from "node:assert/strict";
import { test } from "node:test";
import { bent, heldScale, scaleOver } from "../../static/js/line/y_scale.js";

/**
 * @param {number} lo
 * @param {number} hi
 */
function reach(lo, hi, positive = lo) {
  return { lo, hi, positive };
}

test("a linear scale stays as long as the values fit it and fill a good part of it", () => {
  const first = scaleOver(null, reach(-1, 1), "linear", 8);
  assert.deepEqual([first.lo, first.hi, first.lines.length], [-1, 1, 9]);
  assert.equal(scaleOver(first, reach(-0.9, 0.8), "linear", 8), first);
  assert.equal(scaleOver(first, reach(-2, 2), "linear", 8).hi, 2);
  assert.ok(scaleOver(first, reach(0, 0.1), "linear", 8).hi < 0.2);
});

test("a log scale has whole decades from the smallest value above zero", () => {
  const scale = scaleOver(null, reach(-5, 3000, 0.02), "log", 8);
  assert.deepEqual(scale.lines, [0.01, 0.1, 1, 10, 100, 1000, 10000]);
  assert.deepEqual([scale.lo, scale.hi], [0.01, 10000]);
  assert.equal(bent(scale, 1000) - bent(scale, 100), 1);
  assert.ok(bent(scale, -1) < bent(scale, scale.lo), "what has no logarithm stands below");
  assert.equal(scaleOver(scale, reach(1, 5000), "log", 8), scale);
});

test("without a value above zero a log scale is a scale all the same", () => {
  const { lo, hi } = scaleOver(null, reach(-3, -1, Infinity), "log", 8);
  assert.ok(lo > 0 && hi > lo);
  const nothing = scaleOver(null, reach(Infinity, -Infinity, Infinity), "log", 8);
  assert.ok(nothing.hi > nothing.lo);
});

test("a symlog scale shows both signs, and is steep around zero", () => {
  const scale = scaleOver(null, reach(-40, 900), "symlog", 8);
  assert.deepEqual([scale.lo, scale.hi], [-100, 1000]);
  assert.deepEqual(scale.lines, [-100, -10, -1, 0, 1, 10, 100, 1000]);
  assert.equal(bent(scale, -7), -bent(scale, 7));
  assert.equal(bent(scale, 0), 0);
});

test("a change of kind begins a scale anew", () => {
  const linear = scaleOver(null, reach(1, 9), "linear", 8);
  assert.equal(scaleOver(linear, reach(1, 9), "log", 8).kind, "log");
});

test("what is held is kept to the digit, and a log scale finds a foot above zero", () => {
  const linear = heldScale({ lo: 0.1, hi: 0.77 }, "linear", 8);
  assert.deepEqual([linear.lo, linear.hi], [0.1, 0.77]);
  const log = heldScale({ lo: -1, hi: 100 }, "log", 8);
  assert.ok(log.lo > 0);
  assert.equal(log.hi, 100);
});
