import assert from "node:assert/strict";
import { test } from "node:test";
import * as selection from "../../static/js/values/selection.js";
import { rowOf } from "./example.js";

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

test("of many bytes the first page is asked for", () => {
  for (const dtype_spec of ["|u1", "u1", "uint8"]) {
    assert.equal(selection.firstSelection({ shape: [1048576], dtype_spec }), "0:4096");
    assert.equal(selection.firstSelection({ shape: [4096], dtype_spec }), "...");
  }
  assert.equal(selection.firstSelection({ shape: [1048576], dtype_spec: "<u2" }), "...");
});

test("of a layout by hand something is asked for before its lengths are known", () => {
  /** @type {[import("../../static/js/layout/types.js").Layout, string][]} */
  const cases = [
    [{ dtype: "|u1" }, "0:4096"],
    [{ dtype: "<f4" }, "..."],
    [{ dtype: "<f4", shape: "(-1, 512, 512)" }, "0, :, :"],
    [{ dtype: "<f4", shape: "4x512x512" }, "0, :, :"],
    [{ dtype: "uint8", shape: [-1, 480, 640, 3] }, "0, :, :, :"],
    [{ dtype: "<f4", shape: "nonsense" }, "..."],
    [{ dtype: "time:<f8, price:<f4" }, "..."],
    [{ dtype: [["time", "<f8"]], shape: "20" }, "..."],
  ];
  for (const [layout, wanted] of cases) {
    assert.equal(selection.firstOfLayout(layout), wanted, JSON.stringify(layout));
  }
});

test("a selection goes on with the same dtype and axes, however they are said", () => {
  const key = selection.axesKey;
  const row = rowOf({ dtype_spec: "<f4", shape: [3, 2] });
  assert.equal(key({ dtype: "<f4", shape: "(4x-1)", offset: 64 }), key(row));
  assert.equal(key({ dtype: "<f4" }), key({ dtype: "<f4", shape: [7] }));
  assert.notEqual(key({ dtype: "<f4" }), key(row));
  assert.notEqual(key({ dtype: "<i4", shape: [3, 2] }), key(row));
  assert.equal(key(null), "");
});
