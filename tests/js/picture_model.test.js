import assert from "node:assert/strict";
import { test } from "node:test";
import { cellSize, fittingText } from "../../static/js/heat/cell_numbers.js";
import { ChangeCounts } from "../../static/js/heat/change_counts.js";
import { scaleOf } from "../../static/js/heat/colour_scale.js";
import * as picture from "../../static/js/heat/picture_model.js";
import { DetailWish } from "../../static/js/values/detail_wish.js";
import { schemaOf } from "./example.js";

test("a picture keeps its pixels square unless it would be a sliver", () => {
  assert.deepEqual(picture.fitBox(200, 100, { width: 300, height: 300 }), {
    width: 300,
    height: 150,
  });
  assert.deepEqual(picture.fitBox(1000, 2, { width: 300, height: 200 }), {
    width: 300,
    height: 200,
  });
});

test("a picture larger than a texture is thinned", () => {
  const values = Float32Array.from({ length: 5000 }, (_, i) => i);
  const thin = picture.thinnedTo({ rows: 1, columns: 5000, values }, 2048);
  assert.deepEqual([thin.rows, thin.columns, thin.values[2]], [1, 1667, 6]);
  const small = { rows: 1, columns: 5000, values };
  assert.equal(picture.thinnedTo(small, 8192), small);
});

test("floats go to the texture as they are, unless its floats are too short for them", () => {
  const floats = Float32Array.of(1, 2);
  const units = picture.textureUnits(floats, scaleOf("linear", { lo: 1, hi: 2 }, 1));
  assert.equal(picture.textured(floats, units), floats);
  const tiny = Float32Array.of(0, 1e-42);
  const far = picture.textureUnits(tiny, scaleOf("linear", { lo: 0, hi: 1e-42 }, 1e-42));
  assert.ok(Math.abs((picture.textured(tiny, far)[1] ?? 0) - 1) < 0.001);
});

test("a large offset does not eat the digits that differ", () => {
  const values = Float64Array.of(1e9, 1e9 + 0.5);
  const units = picture.textureUnits(values, scaleOf("linear", { lo: 1e9, hi: 1e9 + 1 }, 1));
  assert.deepEqual([...picture.textured(values, units)], [0, 0.5]);
});

test("zero stays zero where the scale is not linear", () => {
  const values = Float64Array.of(0, -2e200, 1e200);
  const units = picture.textureUnits(values, scaleOf("symlog", { lo: -2e200, hi: 1e200 }, 1));
  assert.deepEqual([...picture.textured(values, units)], [0, -1, 0.5]);
});

test("changes are counted from frame to frame, and NaN that stays is none", () => {
  const counts = new ChangeCounts();
  const schema = schemaOf([2, 2]);
  counts.take(schema, Float64Array.of(1, 2, Number.NaN, 4));
  counts.take(schema, Float64Array.of(1, 3, Number.NaN, 5));
  const third = Float64Array.of(1, 4, 0, 5);
  assert.deepEqual([...counts.take(schema, third)], [0, 2, 1, 1]);
  assert.deepEqual([...counts.take(schema, third)], [0, 2, 1, 1]);
  assert.equal(counts.compared, 2);
});

test("integers that no float tells apart are seen to change", () => {
  const counts = new ChangeCounts();
  const schema = schemaOf([1], { dtype: "<i8" });
  const before = BigInt64Array.of(2n ** 60n);
  counts.take(schema, /** @type {any} */ (before));
  const after = BigInt64Array.of(2n ** 60n + 1n);
  assert.deepEqual([...counts.take(schema, /** @type {any} */ (after))], [1]);
});

test("changes are counted anew for another window", () => {
  const counts = new ChangeCounts();
  counts.take(schemaOf([4]), Float64Array.of(1, 2, 3, 4));
  counts.take(schemaOf([4]), Float64Array.of(0, 0, 0, 0));
  const window = /** @type {[number, number][]} */ ([[2, 6]]);
  const fresh = counts.take(schemaOf([4], { window }), Float64Array.of(9, 9, 9, 9));
  assert.deepEqual([...fresh], [0, 0, 0, 0]);
});

test("numbers go into elements that are large enough, whole and not too many", () => {
  const rectangle = { top: 0, bottom: 10, left: 0, right: 10, stride: 10 };
  const span = { left: 0, right: 1, top: 0, bottom: 1 };
  const size = { rows: 10, columns: 10 };
  const cells = { rectangle, span, size, reduced: null, css: { width: 500, height: 200 } };
  assert.deepEqual(cellSize(cells), { width: 50, height: 20 });
  assert.equal(cellSize({ ...cells, css: { width: 300, height: 200 } }), null);
  assert.equal(cellSize({ ...cells, css: { width: 500, height: 100 } }), null);
  assert.equal(cellSize({ ...cells, reduced: [2, 1] }), null);
  assert.notEqual(cellSize({ ...cells, reduced: [1, 1] }), null);
});

test("a number that does not fit is rounded, a whole one is not", () => {
  assert.equal(fittingText("0.30000000000000004", 0.30000000000000004, 8), "0.300000");
  assert.equal(fittingText("0.30000000000000004", 0.30000000000000004, 5), "0.300");
  assert.equal(fittingText("-100.0", -100, 4), "-100");
  assert.equal(fittingText("123456", 123456, 4), "");
  assert.equal(fittingText("NaN", Number.NaN, 4), "NaN");
});

test("detail is asked for once, and never finer than the screen", () => {
  /** @type {import("../../static/js/views/types.js").Detail[]} */
  const asked = [];
  const wish = new DetailWish({ detail: (detail) => asked.push(detail) });
  wish.ask([333, 642, 4], "mean");
  wish.ask([334, 640, 4], "mean");
  wish.ask([334, 640, 4], "max");
  assert.deepEqual(asked, [
    { most: [320, 640, 4], reduce: "mean" },
    { most: [320, 640, 4], reduce: "max" },
  ]);
});
