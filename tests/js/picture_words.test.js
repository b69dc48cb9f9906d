import assert from "node:assert/strict";
import { test } from "node:test";
import * as words from "../../static/js/heat/picture_words.js";
import { edgeTicks } from "../../static/js/heat/stage_scale.js";
import { frameOf, schemaOf } from "./example.js";

const PLANE = { down: 0, across: 1 };

/** Rows 10, 12, ... of 100, columns 0 to 63, reduced to blocks of 4 by 8. */
function reduced() {
  return schemaOf([200, 64], {
    selected: [
      { axis: 0, start: 10, step: 2, count: 90 },
      { axis: 1, start: 0, step: 1, count: 64 },
    ],
    window: [
      [8, 30],
      [0, 64],
    ],
    axes: [
      { axis: 0, start: 26, step: 8, count: 6 },
      { axis: 1, start: 0, step: 8, count: 8 },
    ],
    reduced: [4, 8],
    how: "mean",
  });
}

test("an element is called by its index in the array", () => {
  const spot = words.spotAt(schemaOf([5, 6]), PLANE, { row: 2, column: 4 });
  assert.deepEqual(spot, { y: 2, x: 4 });
  assert.equal(words.spotName(schemaOf([5, 6]), PLANE, { y: 2, x: 4 }), "[2, 4]");
});

test("an element that stands for several is called by them", () => {
  const spot = words.spotAt(reduced(), PLANE, { row: 13, column: 20 });
  assert.deepEqual(spot, { y: 1, x: 2 });
  assert.equal(words.spotName(reduced(), PLANE, { y: 1, x: 2 }), "mean of [34:41:2, 16:24]");
  assert.equal(words.spotName(reduced(), PLANE, { y: 5, x: 7 }), "mean of [66:69:2, 56:64]");
});

test("one of a stride is called by its own index", () => {
  const schema = { ...reduced(), how: /** @type {const} */ ("stride") };
  assert.equal(words.spotName(schema, PLANE, { y: 1, x: 2 }), "[34, 16]");
});

test("beyond what a frame holds there is nothing to read", () => {
  assert.equal(words.spotAt(reduced(), PLANE, { row: 40, column: 0 }), null);
});

test("the part that is seen is said as a slice of the array", () => {
  const seen = [
    { lo: 1.5, hi: 4 },
    { lo: 2, hi: 5.1 },
  ];
  assert.equal(words.partText(schemaOf([10, 12]), PLANE, seen), "[1:4, 2:6] of 10 × 12");
});

test("a slice that is read backwards to the first element has no end", () => {
  const selected = [{ axis: 0, start: 9, step: -1, count: 10 }];
  assert.equal(words.sliceText(schemaOf([10], { selected }), 0, 0, 10), "9::-1");
});

test("how it was reduced is said, and how much of it is there", () => {
  const frame = { ...frameOf([6, 8], new Float64Array(48)), coverage: 0.456 };
  assert.equal(words.reductionText(reduced(), frame), "mean of 4 × 8, 45 % gathered");
  assert.equal(words.reductionText(schemaOf([2, 2]), frameOf([2, 2], [])), "");
});

test("an index in the whole array holds the axes that were taken away, in the array's order", () => {
  const schema = schemaOf([5, 20, 30], {
    select: "-2, :, 4:",
    selected: [
      { axis: 2, start: 4, step: 1, count: 26 },
      { axis: 1, start: 0, step: 1, count: 20 },
    ],
    order: [1, 0],
  });
  assert.deepEqual(words.arrayIndex(schema, [3, 7]), [3, 7, 7]);
});

test("ticks stand at the middle of round indices that are seen", () => {
  const axis = { axis: 0, start: 0, step: 1, count: 100 };
  assert.deepEqual(
    edgeTicks(axis, { lo: 0, hi: 100 }).map(({ text }) => text),
    ["0", "20", "40", "60", "80"],
  );
  const zoomed = edgeTicks(axis, { lo: 40, hi: 44 });
  assert.deepEqual(zoomed[0], { share: 0.125, text: "40" });
  assert.equal(zoomed.length, 4);
  const backwards = edgeTicks({ axis: 0, start: 99, step: -1, count: 100 }, { lo: 0, hi: 10 });
  assert.ok(backwards.every(({ text }) => Number(text) >= 90));
});
