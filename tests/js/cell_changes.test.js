import assert from "node:assert/strict";
import { test } from "node:test";
import { CellChanges, differs } from "../../static/js/grid/cell_changes.js";

test("a NaN that stays one did not change, and a zero that turns its sign did", () => {
  assert.equal(differs(Number.NaN, Number.NaN), false);
  assert.equal(differs(0, -0), true);
  assert.equal(differs(2n ** 60n, 2n ** 60n), false);
});

test("what is seen for the first time did not change", () => {
  assert.equal(differs(undefined, 1), false);
});

test("a cell is warmer the more often it changed, and the warmest is the full eight", () => {
  const changes = new CellChanges();
  for (let i = 0; i < 100; i++) changes.add(7);
  changes.add(8);
  assert.deepEqual([changes.of(7), changes.of(8), changes.of(9), changes.most], [100, 1, 0, 100]);
  assert.deepEqual([changes.warmth(7), changes.warmth(8), changes.warmth(9)], [8, 1, 0]);
  changes.clear();
  assert.deepEqual([changes.of(7), changes.most], [0, 0]);
});

test("the counts that are kept are bounded: the cell longest unseen gives way", () => {
  const changes = new CellChanges();
  for (let cell = 0; cell <= 1 << 18; cell++) changes.add(cell);
  assert.deepEqual([changes.of(0), changes.of(1), changes.of(1 << 18)], [0, 1, 1]);
});
