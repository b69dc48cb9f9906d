import assert from "node:assert/strict";
import { test } from "node:test";
import { squarify } from "../../static/js/host/treemap.js";

const BOX = { x: 10, y: 20, width: 600, height: 400 };

/** @param {{width: number, height: number}} box */
function area({ width, height }) {
  return width * height;
}

/** @param {number} count */
function weightsOf(count) {
  return Array.from({ length: count }, (_, i) => ((i * 7919) % 97) + 0.5 + i ** 2 / 50);
}

test("areas are as the weights, in the weights' order", () => {
  const weights = [1, 6, 2, 3];
  const boxes = squarify(weights, BOX);
  weights.forEach((weight, i) => {
    const box = boxes[i] ?? BOX;
    assert.ok(Math.abs(area(box) - (weight / 12) * area(BOX)) < 1e-6);
  });
});

test("boxes lie inside and never over one another, however many", () => {
  for (const count of [1, 2, 3, 7, 50, 200]) {
    const boxes = squarify(weightsOf(count), BOX);
    for (const box of boxes) {
      assert.ok(box.x >= BOX.x - 1e-6 && box.y >= BOX.y - 1e-6);
      assert.ok(box.x + box.width <= BOX.x + BOX.width + 1e-6);
      assert.ok(box.y + box.height <= BOX.y + BOX.height + 1e-6);
    }
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) assert.ok(overlap(a, b) < 1e-6);
    }
  }
});

/**
 * @param {import("../../static/js/host/treemap.js").Box} a
 * @param {import("../../static/js/host/treemap.js").Box} b
 */
function overlap(a, b) {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, width) * Math.max(0, height);
}

test("the example of the paper is laid out as there", () => {
  const boxes = squarify([6, 6, 4, 3, 2, 2, 1], { x: 0, y: 0, width: 6, height: 4 });
  const sizes = boxes.map(({ width, height }) => [width, height].map((side) => side.toFixed(2)));
  assert.deepEqual(sizes.slice(0, 4), [
    ["3.00", "2.00"],
    ["3.00", "2.00"],
    ["1.71", "2.33"],
    ["1.29", "2.33"],
  ]);
});

test("equal weights become nearly square", () => {
  for (const { width, height } of squarify(Array(24).fill(1), BOX)) {
    assert.ok(Math.max(width / height, height / width) < 2);
  }
});

test("what has no weight gets no area, and nothing becomes NaN", () => {
  const boxes = squarify([0, 3, -1, Number.MIN_VALUE], BOX);
  assert.deepEqual([area(boxes[0] ?? BOX), area(boxes[2] ?? BOX)], [0, 0]);
  for (const box of [
    ...boxes,
    ...squarify([0, 0], BOX),
    ...squarify([1, 2], { ...BOX, width: 0 }),
  ]) {
    assert.ok(Object.values(box).every(Number.isFinite));
  }
  assert.deepEqual(squarify([], BOX), []);
});
