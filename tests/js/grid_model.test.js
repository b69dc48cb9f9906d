import assert from "node:assert/strict";
import { test } from "node:test";
import { gridOf, MOST_CELLS, MOST_COLUMNS, recordsOf } from "../../static/js/grid_model.js";
import { frameOf, schemaOf } from "./example.js";

/** @param {import("../../static/js/grid_model.js").Grid} grid */
function texts({ rows }) {
  return rows.map(({ cells }) => cells.map(({ text }) => text));
}

test("labels head the columns of the array's last axis", () => {
  const schema = schemaOf([2, 3], { labels: ["expected", "with lock", "without lock"] });
  const frame = frameOf([2, 3], BigInt64Array.of(1n, 2n, 3n, 4n, 5n, 2n ** 60n));
  const grid = gridOf(schema, frame);
  assert.deepEqual(grid.headings, ["expected", "with lock", "without lock"]);
  assert.deepEqual(texts(grid)[1], ["4", "5", "1152921504606846976"]);
});

test("labels follow a selection's start and step", () => {
  const axes = [{ axis: 0, start: 2, step: -2, count: 2 }];
  const schema = schemaOf([3], { axes, labels: ["a", "b", "c"] });
  assert.deepEqual(gridOf(schema, frameOf([2], Float64Array.of(1, 2))).headings, ["c", "a"]);
});

test("labels do not head another axis than the last", () => {
  const schema = schemaOf([2, 3], {
    axes: [{ axis: 0, start: 0, step: 1, count: 2 }],
    labels: ["a", "b", "c"],
  });
  assert.deepEqual(gridOf(schema, frameOf([2], Float64Array.of(1, 2))).headings, ["0", "1"]);
});

test("a scalar is one cell without headings", () => {
  const grid = gridOf(schemaOf([]), frameOf([], Float64Array.of(21.5)));
  assert.deepEqual(texts(grid), [["21.5000"]]);
  assert.deepEqual(grid.headings, []);
});

test("a long axis is broken into rows of eight, headed by the index of their first", () => {
  const grid = gridOf(schemaOf([10]), frameOf([10], new Int32Array(10)));
  assert.deepEqual(
    grid.rows.map(({ heading, cells }) => [heading, cells.length]),
    [
      ["0", 8],
      ["8", 2],
    ],
  );
});

test("rows of several axes are headed by all of their indices", () => {
  const grid = gridOf(schemaOf([2, 2, 1]), frameOf([2, 2, 1], new Float32Array(4)));
  assert.deepEqual(
    grid.rows.map(({ heading }) => heading),
    ["0, 0", "0, 1", "1, 0", "1, 1"],
  );
});

test("a large array is cut to what a person reads, and says how many rows there are", () => {
  const grid = gridOf(schemaOf([1000, 1000]), frameOf([1000, 1000], new Float32Array(1e6)));
  assert.equal(grid.headings.length, MOST_COLUMNS);
  assert.equal(grid.rows.length, MOST_CELLS / MOST_COLUMNS);
  assert.equal(grid.total, 1000);
});

test("an array without elements has no rows or no cells, and no error", () => {
  assert.deepEqual(gridOf(schemaOf([0]), frameOf([0], new Float32Array(0))).rows, []);
  assert.deepEqual(gridOf(schemaOf([0, 4]), frameOf([0, 4], new Float32Array(0))).rows, []);
});

test("what is not a finite number stands out, booleans are words, complex numbers whole", () => {
  const odd = gridOf(schemaOf([2]), frameOf([2], Float32Array.of(Number.NaN, 1)));
  assert.deepEqual(odd.rows[0]?.cells[0], { text: "NaN", mark: "odd" });
  const flags = gridOf(schemaOf([2], { kind: "bool" }), frameOf([2], Uint8Array.of(1, 0)));
  assert.deepEqual(texts(flags), [["true", "false"]]);
  const pair = gridOf(schemaOf([1], { kind: "complex" }), frameOf([1], Float64Array.of(1, -2)));
  assert.deepEqual(texts(pair), [["1.0000 - 2.0000j"]]);
});

test("text is a list, one entry a row", () => {
  const grid = gridOf(schemaOf([2], { kind: "text" }), frameOf([2], ["<b>", ""]));
  assert.deepEqual(texts(grid), [["<b>"], [""]]);
});

test("records are a row each, with a field's own elements in brackets", () => {
  const schema = schemaOf([2], {
    kind: "records",
    fields: [
      { name: "time", dtype: "<f8", kind: "numbers", shape: [] },
      { name: "symbol", dtype: "|S8", kind: "text", shape: [] },
      { name: "quote", dtype: "<i4", kind: "numbers", shape: [2] },
    ],
  });
  const columns = [Float64Array.of(1795400000.25, 0), ["ACME", "HOOLI"], Int32Array.of(1, 2, 3, 4)];
  const grid = recordsOf(schema, { ...frameOf([2], []), columns });
  assert.deepEqual(grid.headings, ["time", "symbol", "quote"]);
  assert.deepEqual(texts(grid)[0], ["1795400000.250", "ACME", "[1, 2]"]);
  assert.deepEqual(
    grid.rows.map(({ heading }) => heading),
    ["0", "1"],
  );
});
