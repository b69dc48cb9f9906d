import assert from "node:assert/strict";
import { test } from "node:test";
import { cellOf, gridOf, indexOfCell, placesOf } from "../../static/js/grid/model.js";
import { schemaOf } from "./example.js";

/** @param {import("../../static/js/grid/model.js").Grid} grid */
function headings({ columns, columnName }) {
  return Array.from({ length: columns }, (_, column) => columnName(column));
}

/** @param {import("../../static/js/grid/model.js").Grid} grid */
function names({ rows, rowName }) {
  return Array.from({ length: rows }, (_, row) => rowName(row));
}

test("labels head the columns of the array's last axis", () => {
  const grid = gridOf(schemaOf([2, 3], { labels: ["expected", "with lock", "without lock"] }));
  assert.deepEqual(headings(grid), ["expected", "with lock", "without lock"]);
});

test("labels follow a selection's start and step", () => {
  const axes = [{ axis: 0, start: 2, step: -2, count: 2 }];
  assert.deepEqual(headings(gridOf(schemaOf([3], { axes, labels: ["a", "b", "c"] }))), ["c", "a"]);
});

test("labels do not head another axis than the last", () => {
  const axes = [{ axis: 0, start: 0, step: 1, count: 2 }];
  const schema = schemaOf([2, 3], { axes, labels: ["a", "b", "c"] });
  assert.deepEqual(headings(gridOf(schema)), ["0", "1"]);
});

test("more labels than stand side by side name a row each", () => {
  const labels = Array.from({ length: 100 }, (_, i) => `valve ${i}`);
  const grid = gridOf(schemaOf([100], { labels }));
  assert.deepEqual([grid.rows, grid.columns, grid.rowName(99)], [100, 1, "valve 99"]);
  assert.deepEqual(headings(grid), [""]);
});

test("a scalar is one cell without headings", () => {
  const grid = gridOf(schemaOf([]));
  assert.deepEqual([grid.rows, grid.columns], [1, 1]);
  assert.deepEqual([headings(grid), names(grid)], [[""], [""]]);
});

test("a long axis is broken into rows of eight, named by the index of their first", () => {
  const grid = gridOf(schemaOf([10]));
  assert.deepEqual(names(grid), ["0", "8"]);
  assert.equal(headings(grid)[7], "+7");
  assert.deepEqual(placesOf(grid, 1, 1), [9]);
  assert.equal(placesOf(grid, 1, 2), null);
});

test("rows of several axes are named by all of their indices", () => {
  assert.deepEqual(names(gridOf(schemaOf([2, 2, 1]))), ["0, 0", "0, 1", "1, 0", "1, 1"]);
});

test("a billion elements are reckoned with, not listed", () => {
  const grid = gridOf(schemaOf([32768, 32768]));
  assert.deepEqual([grid.rows, grid.columns, grid.total], [32768, 32768, 2 ** 30]);
  assert.deepEqual(placesOf(grid, 32767, 32767), [32767, 32767]);
  assert.equal(gridOf(schemaOf([2 ** 40])).rowName(2 ** 37 - 1), String(2 ** 40 - 8));
});

test("an array without elements has no rows, and no error", () => {
  assert.equal(gridOf(schemaOf([0])).rows, 0);
  assert.equal(gridOf(schemaOf([0, 4])).rows, 0);
  assert.equal(gridOf(schemaOf([4, 0])).rows, 0);
});

test("text is a list, one entry a row, named by its index", () => {
  const grid = gridOf(schemaOf([3], { kind: "text" }));
  assert.deepEqual([grid.columns, names(grid), headings(grid)], [1, ["0", "1", "2"], [""]]);
  assert.ok(grid.isText(0));
});

test("records are a row each over all axes, with a column a field", () => {
  const fields = [
    { name: "a.time", dtype: "<f8", kind: /** @type {const} */ ("numbers"), shape: [] },
    { name: "quote", dtype: "<i4", kind: /** @type {const} */ ("numbers"), shape: [2] },
  ];
  const grid = gridOf(schemaOf([2, 3], { kind: "records", fields }));
  assert.deepEqual([grid.rows, headings(grid)], [6, ["a.time", "quote"]]);
  assert.equal(grid.rowName(4), "1, 1");
  assert.deepEqual(placesOf(grid, 4, 1), [1, 1]);
  assert.deepEqual([grid.isText(0), grid.isText(1)], [false, true]);
});

test("a cell's index in the array follows start and step, and leads back to the cell", () => {
  const axes = [
    { axis: 0, start: 100, step: -10, count: 11 },
    { axis: 2, start: 3, step: 2, count: 5 },
  ];
  const schema = schemaOf([101, 4, 13], { axes });
  const grid = gridOf(schema);
  assert.deepEqual(indexOfCell(schema, grid, 2, 4), [80, 11]);
  assert.deepEqual(cellOf(grid, [2, 4]), { row: 2, column: 4 });
});
