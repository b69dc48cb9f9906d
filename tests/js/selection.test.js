import assert from "node:assert/strict";
import { test } from "node:test";
import * as selection from "../../static/js/selection.js";

test("a selection is written out to one entry an axis", () => {
  /** @type {[string, number, string[] | null][]} */
  const cases = [
    ["...", 2, [":", ":"]],
    ["", 1, [":"]],
    ["0", 3, ["0", ":", ":"]],
    ["..., 2", 3, [":", ":", "2"]],
    ["[1, ::2]", 2, ["1", "::2"]],
    ["1,", 1, ["1"]],
    ["0, 0", 1, null],
    ["..., ...", 3, null],
  ];
  for (const [text, dimensions, entries] of cases) {
    assert.deepEqual(selection.parseSelection(text, dimensions), entries, text);
  }
});

test("axes that an integer takes away can be stepped through, from the end too", () => {
  assert.deepEqual(selection.steppedAxes("3, :, -1", [10, 20, 30]), [
    { axis: 0, index: 3, length: 10 },
    { axis: 2, index: 29, length: 30 },
  ]);
  assert.deepEqual(selection.steppedAxes("nonsense(", [10]), []);
});

test("another index changes its own entry only", () => {
  assert.equal(selection.withIndex("0, ..., ::2", 4, 0, 7), "7, :, :, ::2");
});

test("the first selection is what a picture can show", () => {
  assert.equal(selection.firstSelection({ shape: [512, 512], dtype_spec: "<f4" }), "...");
  assert.equal(
    selection.firstSelection({ shape: [9, 8, 512, 512], dtype_spec: "<f4" }),
    "0, 0, :, :",
  );
  assert.equal(selection.firstSelection({ shape: [240, 320, 3], dtype_spec: "|u1" }), "...");
  assert.equal(
    selection.firstSelection({ shape: [5, 240, 320, 3], dtype_spec: "|u1" }),
    "0, :, :, :",
  );
  assert.equal(selection.firstSelection({ shape: [2, 2, 2], dtype_spec: "<f4" }), "...");
});

test("of many records the first are asked for", () => {
  const dtype_spec = /** @type {[string, string][]} */ ([["time", "<f8"]]);
  assert.equal(selection.firstSelection({ shape: [100000], dtype_spec }), ":200");
  assert.equal(selection.firstSelection({ shape: [20], dtype_spec }), "...");
});
