import assert from "node:assert/strict";
import { test } from "node:test";
import * as form from "../../static/js/layout/form.js";
import { layoutOfRow, parseLayout } from "../../static/js/layout/sources.js";
import { rowOf } from "./example.js";

/** @typedef {import("../../static/js/layout/types.js").Layout} Layout */

const EMPTY = { dtype: "<f4", shape: "", offset: "0", order: "C", strides: "" };

/** @param {Partial<import("../../static/js/layout/form.js").Form>} texts */
function read(texts) {
  return form.readForm({ ...EMPTY, ...texts });
}

test("what stands at its default is left to the server", () => {
  assert.deepEqual(read({}).layout, { dtype: "<f4" });
  assert.deepEqual(read({ offset: "", shape: "  " }).layout, { dtype: "<f4" });
});

test("offsets are decimal or hexadecimal, strides a list with or without brackets", () => {
  assert.equal(read({ offset: "0x40" }).layout?.offset, 64);
  assert.equal(read({ offset: " 64 " }).layout?.offset, 64);
  for (const strides of ["4096, -4", "(4096, -4)", "[4096 -4]", "4096,-4,"]) {
    assert.deepEqual(read({ strides }).layout?.strides, [4096, -4], strides);
  }
  assert.deepEqual(read({ order: "F", shape: "4x1024" }).layout, {
    dtype: "<f4",
    shape: "4x1024",
    order: "F",
  });
});

test("what cannot be told to the server is a mistake of its field", () => {
  /** @type {[Partial<import("../../static/js/layout/form.js").Form>, string][]} */
  const cases = [
    [{ dtype: " " }, "dtype"],
    [{ offset: "abc" }, "offset"],
    [{ offset: "-1" }, "offset"],
    [{ offset: "1.5" }, "offset"],
    [{ offset: "99999999999999999999" }, "offset"],
    [{ strides: "4096 bytes" }, "strides"],
    [{ strides: "--" }, "strides"],
  ];
  for (const [texts, field] of cases) {
    const { layout, mistake } = read(texts);
    assert.deepEqual([layout, mistake?.field], [null, field], JSON.stringify(texts));
  }
});

test("a mistake quotes what was typed, but no endless text", () => {
  const { mistake } = read({ offset: "x".repeat(1000) });
  assert.ok((mistake?.detail.length ?? 0) < 120);
});

test("fields in JSON are sent as a list, every other text as it is", () => {
  assert.deepEqual(read({ dtype: '[["t", "<f8"]]' }).layout?.dtype, [["t", "<f8"]]);
  assert.equal(read({ dtype: "[('t', '<f8')]" }).layout?.dtype, "[('t', '<f8')]");
  assert.equal(read({ dtype: "time:<f8, x:<f4" }).layout?.dtype, "time:<f8, x:<f4");
});

test("fields are written as a person would, where that says it all", () => {
  /** @type {[unknown[], string][]} */
  const cases = [
    [
      [
        ["time", "<f8"],
        ["xyz", "<f4", [3]],
      ],
      "time:<f8, xyz:(3,)<f4",
    ],
    [[["a b", "<f8"]], '[["a b","<f8"]]'],
    [[["in", [["x", "<f4"]]]], '[["in",[["x","<f4"]]]]'],
    [[[["title", "name"], "<f4"]], '[[["title","name"],"<f4"]]'],
    [["nonsense"], '["nonsense"]'],
  ];
  for (const [dtype, text] of cases) assert.equal(form.dtypeText(dtype), text);
});

test("a layout goes through the form unchanged in meaning", () => {
  /** @type {Layout[]} */
  const layouts = [
    { dtype: "<f4" },
    { dtype: "|u1", shape: [4, -1], offset: 64, order: "F" },
    { dtype: "<i2", shape: [3, 2], strides: [-4, 2] },
    { dtype: [["in", [["x", "<f4"]]]], shape: [], strides: null, offset: 0, order: "C" },
  ];
  for (const layout of layouts) {
    const again = form.readForm(form.formOf(layout)).layout;
    assert.equal(form.keyOfLayout(again), form.keyOfLayout(layout));
  }
  assert.deepEqual(form.readForm(form.formOf({ dtype: "<f4", shape: [] })).layout?.shape, "()");
});

test("layouts that say the same are told to be the same", () => {
  const resolved = { dtype: "<f4", shape: [512, 4], offset: 0, strides: null, order: "C" };
  const typed = { dtype: "<f4", shape: "512, 4" };
  assert.equal(form.keyOfLayout(/** @type {Layout} */ (resolved)), form.keyOfLayout(typed));
  assert.notEqual(form.keyOfLayout(typed), form.keyOfLayout(null));
});

test("a form says a layout, or another one, or none", () => {
  const layout = { dtype: "<f4", shape: [4, 2] };
  assert.equal(form.says(form.formOf(layout), layout), true);
  assert.equal(form.says({ ...form.formOf(layout), shape: "4, 3" }, layout), false);
  assert.equal(form.says({ ...form.formOf(layout), offset: "x" }, layout), false);
});

test("a layout is described in a line", () => {
  /** @type {[Layout, string][]} */
  const cases = [
    [{ dtype: "<f4" }, "<f4 · as many as fit"],
    [{ dtype: "<f4", shape: [] }, "<f4 · scalar"],
    [{ dtype: "<f4", shape: "(4, -1)", offset: 64 }, "<f4 · 4 × -1 · at 64"],
    [{ dtype: "<f4", shape: "4x1024" }, "<f4 · 4 × 1024"],
    [{ dtype: "|u1", shape: [2, 3], order: "F" }, "|u1 · 2 × 3 · order F"],
    [{ dtype: "|u1", shape: [2], strides: [-1] }, "|u1 · 2 · strides -1"],
  ];
  for (const [layout, words] of cases) assert.equal(form.describeLayout(layout), words);
});

test("the layout of a row is said with strides only where there are gaps", () => {
  const row = rowOf({ dtype_spec: "<f4", shape: [3, 2], strides: [8, 4], size_bytes: 24 });
  assert.deepEqual(layoutOfRow(row), { dtype: "<f4", shape: [3, 2] });
  assert.equal(layoutOfRow({ ...row, strides: [4, 12] }).order, "F");
  assert.deepEqual(layoutOfRow({ ...row, strides: [16, 4], offset: 64 }), {
    dtype: "<f4",
    shape: [3, 2],
    offset: 64,
    strides: [16, 4],
  });
  assert.deepEqual(layoutOfRow({ ...row, strides: [-8, 4] }).strides, [-8, 4]);
});

test("raw bytes are said to be as many as fit, so that another dtype fits too", () => {
  const row = rowOf({ dtype_spec: "|u1", shape: [64], strides: [1], size_bytes: 64, offset: 8 });
  assert.deepEqual(layoutOfRow({ ...row, provenance: "bytes" }), { dtype: "|u1", offset: 8 });
});

test("an axis of one element may have any stride, and nothing has none", () => {
  const row = rowOf({ dtype_spec: "<f4", shape: [1, 2], strides: [999, 4], size_bytes: 8 });
  assert.deepEqual(layoutOfRow(row), { dtype: "<f4", shape: [1, 2] });
  const none = { ...row, shape: [0, 2], size_bytes: 0 };
  assert.deepEqual(layoutOfRow(none), { dtype: "<f4", shape: [0, 2] });
});

test("a layout in an address is read, and nonsense passed over", () => {
  assert.deepEqual(parseLayout('{"dtype": "<f4", "shape": "4, -1"}'), {
    dtype: "<f4",
    shape: "4, -1",
  });
  assert.ok(parseLayout('{"dtype": [["t", "<f8"]], "shape": [4], "strides": null}'));
  const nonsense = [
    null,
    "",
    "null",
    "7",
    "[]",
    "{",
    "{}",
    '{"dtype": 4}',
    '{"dtype": "<f4", "offset": "64"}',
    '{"dtype": "<f4", "shape": [1.5]}',
    '{"dtype": "<f4", "shape": {}}',
    '{"dtype": "<f4", "order": "K"}',
    '{"dtype": "<f4", "strides": ["4"]}',
  ];
  for (const text of nonsense) assert.equal(parseLayout(text), null, String(text));
});
