import assert from "node:assert/strict";
import { test } from "node:test";
import { cellOf, gridOf } from "../../static/js/grid/model.js";
import { cornerOf, holds, rowLocator, seenPart } from "../../static/js/grid/window.js";
import { schemaOf } from "./example.js";

/**
 * @param {number} top
 * @param {number} bottom
 * @param {number} left
 * @param {number} right
 */
function seen(top, bottom, left, right) {
  return { top, bottom, left, right };
}

test("what is seen of two axes is asked for, and no more", () => {
  const grid = gridOf(schemaOf([32768, 32768]));
  assert.deepEqual(seenPart(grid, seen(100, 130, 7, 19)), [
    { lo: 100, hi: 130 },
    { lo: 7, hi: 19 },
  ]);
});

test("of a broken axis the elements of the rows are asked for, up to the last", () => {
  const grid = gridOf(schemaOf([1003]));
  assert.deepEqual(seenPart(grid, seen(120, 126, 0, 8)), [{ lo: 960, hi: 1003 }]);
});

test("of records the rows are asked for, whatever fields are seen", () => {
  const grid = gridOf(schemaOf([5000], { kind: "records", fields: [] }));
  assert.deepEqual(seenPart(grid, seen(40, 60, 3, 9)), [{ lo: 40, hi: 60 }]);
});

test("rows within a block of three axes ask for that block alone", () => {
  const grid = gridOf(schemaOf([6, 50, 70]));
  assert.deepEqual(seenPart(grid, seen(60, 80, 0, 9)), [
    { lo: 1, hi: 2 },
    { lo: 10, hi: 30 },
    { lo: 0, hi: 9 },
  ]);
});

test("rows of two blocks ask for both, where that is little", () => {
  const grid = gridOf(schemaOf([6, 50, 70]));
  assert.deepEqual(seenPart(grid, seen(40, 60, 0, 9)), [
    { lo: 0, hi: 2 },
    { lo: 0, hi: 50 },
    { lo: 0, hi: 9 },
  ]);
});

test("rows of two large blocks ask for the block that has more of them", () => {
  const grid = gridOf(schemaOf([6, 100_000, 70]));
  const [leading, rows] = seenPart(grid, seen(99_990, 100_020, 0, 9));
  assert.deepEqual(
    [leading, rows],
    [
      { lo: 1, hi: 2 },
      { lo: 0, hi: 20 },
    ],
  );
  const [before] = seenPart(grid, seen(99_975, 100_005, 0, 9));
  assert.deepEqual(before, { lo: 0, hi: 1 });
});

test("a viewport from elsewhere is found by its first corner, kept within the selection", () => {
  const grid = gridOf(schemaOf([6, 50, 70]));
  const corner = [
    { lo: 2.5, hi: 3 },
    { lo: 7.9, hi: 9 },
    { lo: 11, hi: 40 },
  ];
  assert.deepEqual(cornerOf(grid, corner), cellOf(grid, [2, 7, 11]));
  assert.deepEqual(
    cornerOf(grid, [
      { lo: 99, hi: 100 },
      { lo: -4, hi: 9 },
      { lo: 0, hi: 1 },
    ]),
    {
      row: 250,
      column: 0,
    },
  );
});

test("a part is held by one around it, and everything by all", () => {
  assert.ok(holds(null, [{ lo: 0, hi: 9 }]));
  assert.ok(holds([{ lo: 0, hi: 9 }], [{ lo: 0, hi: 9 }]));
  assert.ok(!holds([{ lo: 0, hi: 9 }], [{ lo: 3, hi: 10 }]));
});

test("a window's elements are found where they belong, and others are not", () => {
  const schema = schemaOf([100, 100], {
    window: [
      [10, 13],
      [20, 25],
    ],
    axes: [
      { axis: 0, start: 10, step: 1, count: 3 },
      { axis: 1, start: 20, step: 1, count: 5 },
    ],
    selected: schemaOf([100, 100]).selected,
  });
  const grid = gridOf(schema);
  assert.equal(rowLocator(schema, grid, 11)(22), 7);
  assert.equal(rowLocator(schema, grid, 11)(25), -1);
  assert.equal(rowLocator(schema, grid, 9)(22), -1);
});

test("of what is thinned the elements that were sent are exact, and the ones between are missing", () => {
  const thinned = schemaOf([100], {
    selected: schemaOf([100]).selected,
    axes: [{ axis: 0, start: 0, step: 4, count: 25 }],
    reduced: [4],
    how: "stride",
  });
  const locate = rowLocator(thinned, gridOf(thinned), 1);
  assert.deepEqual([0, 1, 4].map(locate), [2, -1, 3]);
});

test("a mean is never taken for an element", () => {
  const schema = schemaOf([100], {
    selected: schemaOf([100]).selected,
    axes: [{ axis: 0, start: 0, step: 4, count: 25 }],
    reduced: [4],
    how: "mean",
  });
  assert.equal(rowLocator(schema, gridOf(schema), 0)(0), -1);
});

test("a scalar is where it is", () => {
  assert.equal(rowLocator(schemaOf([]), gridOf(schemaOf([])), 0)(0), 0);
});
