import assert from "node:assert/strict";
import { test } from "node:test";
import { cellWriter, fieldWriter } from "../../static/js/grid/cell_text.js";

/** @typedef {import("../../static/js/values/types.js").Kind} Kind */

/**
 * @param {import("../../static/js/values/types.js").Values} values
 * @param {string} [format]
 * @param {{dtype?: string, kind?: Kind}} [element]
 */
function cellsOf(values, format = "auto", { dtype = "<f8", kind = "numbers" } = {}) {
  const write = cellWriter({ dtype, kind }, format);
  const count = kind === "complex" ? values.length / 2 : values.length;
  return Array.from({ length: count }, (_, index) => write(values, index));
}

test("what is not a finite number stands out, and nothing steps back", () => {
  const marks = cellsOf(Float32Array.of(Number.NaN, -Infinity, 0, 1)).map(({ mark }) => mark);
  assert.deepEqual(marks, ["odd", "odd", "zero", "number"]);
});

test("booleans are words", () => {
  const cells = cellsOf(Uint8Array.of(1, 0), "auto", { dtype: "|b1", kind: "bool" });
  assert.deepEqual(cells, [
    { text: "true", mark: "true" },
    { text: "false", mark: "false" },
  ]);
});

test("complex numbers are whole, exact and without blanks where all digits are asked for", () => {
  const kind = /** @type {const} */ ("complex");
  const values = Float64Array.of(1, -2, Number.NaN, 0.1);
  const [first, second] = cellsOf(values, "auto", { kind });
  assert.deepEqual(first, { text: "1.0000 - 2.0000j", mark: "number" });
  assert.equal(second?.mark, "odd");
  assert.equal(cellsOf(Float32Array.of(0.1, -0), "full", { kind })[0]?.text, "0.1-0.0j");
});

test("64-bit integers lose nothing", () => {
  assert.equal(cellsOf(BigInt64Array.of(2n ** 62n + 1n))[0]?.text, "4611686018427387905");
});

test("half floats have their own digits and bits", () => {
  const values = Float32Array.of(0.0999755859375);
  assert.equal(cellsOf(values, "full", { dtype: "<f2" })[0]?.text, "0.1");
  assert.equal(cellsOf(values, "hex", { dtype: "<f2" })[0]?.text, "0x2e66");
});

test("hexadecimal is as wide as the dtype", () => {
  assert.equal(cellsOf(Int8Array.of(-2), "hex", { dtype: "|i1" })[0]?.text, "0xfe");
  assert.equal(cellsOf(Uint32Array.of(255), "hex", { dtype: "<u4" })[0]?.text, "0x000000ff");
  assert.equal(cellsOf(Float64Array.of(1), "hex")[0]?.text, "0x3ff0000000000000");
});

test("text is one line in a cell and whole in a copy", () => {
  const kind = /** @type {const} */ ("text");
  const long = `  two\nlines ${"x".repeat(9000)}`;
  const [shown] = cellsOf([long], "auto", { kind });
  assert.ok(shown?.text.startsWith("  two↵lines") && shown.text.endsWith("…"));
  assert.equal(cellsOf([long], "full", { kind })[0]?.text, long);
});

test("a field's own elements stand in brackets, nested as they are", () => {
  const field = { name: "m", dtype: "<i4", kind: /** @type {Kind} */ ("numbers"), shape: [2, 2] };
  const values = Int32Array.from({ length: 8 }, (_, i) => i);
  assert.deepEqual(fieldWriter(field, "auto")(values, 1), { text: "[[4, 5], [6, 7]]", mark: "" });
});

test("a long field is cut in its cell and whole in a copy", () => {
  const field = { name: "m", dtype: "<f4", kind: /** @type {Kind} */ ("numbers"), shape: [20] };
  const values = Float32Array.from({ length: 20 }, (_, i) => i / 2);
  assert.match(fieldWriter(field, "auto")(values, 0).text, /^\[0\.00000, 0\.500000, .*, …\]$/);
  assert.match(fieldWriter(field, "full")(values, 0).text, /, 9\.0, 9\.5\]$/);
});

test("a field with a value that is not finite stands out", () => {
  const field = { name: "m", dtype: "<f4", kind: /** @type {Kind} */ ("numbers"), shape: [2] };
  assert.equal(fieldWriter(field, "auto")(Float32Array.of(1, Number.NaN), 0).mark, "odd");
});
