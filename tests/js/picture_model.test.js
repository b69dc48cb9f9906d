import assert from "node:assert/strict";
import { test } from "node:test";
import { linesOf } from "../../static/js/line_model.js";
import * as picture from "../../static/js/picture_model.js";
import { frameOf, schemaOf } from "./example.js";

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
  const thin = picture.pictureOf(values, 1, 5000);
  assert.deepEqual([thin.rows, thin.columns, thin.column_step], [1, 1667, 3]);
  assert.equal(thin.values[2], 6);
});

test("floats go to the texture as they are, other numbers by their place in the range", () => {
  const floats = Float32Array.of(1, 2);
  assert.equal(picture.textured(floats, { lo: 1, hi: 2 }).texels, floats);
  const { texels, lo, hi } = picture.textured(Float64Array.of(1e9, 1e9 + 0.5), {
    lo: 1e9,
    hi: 1e9 + 1,
  });
  assert.deepEqual([...texels, lo, hi], [0, 0.5, 0, 1]);
});

test("three channels are opaque, four bring their own alpha", () => {
  const target = new Uint8ClampedArray(8);
  picture.copyPixels([1, 2, 3, 4, 5, 6], 3, target);
  assert.deepEqual([...target], [1, 2, 3, 255, 4, 5, 6, 255]);
  picture.copyPixels([1, 2, 3, 4, 5, 6, 7, 8], 4, target);
  assert.deepEqual([...target], [1, 2, 3, 4, 5, 6, 7, 8]);
});

test("a line stands over its indices, ascending even where the selection reads backwards", () => {
  const axes = [{ axis: 0, start: 4, step: -2, count: 2 }];
  const { x, traces } = linesOf(schemaOf([5], { axes }), frameOf([2], Float64Array.of(10, 20)));
  assert.deepEqual([...x], [2, 4]);
  assert.deepEqual(traces[0]?.values, [20, 10]);
});

test("columns are traces of their own, and what is not finite is a gap", () => {
  const frame = frameOf([2, 2], Float64Array.of(1, Number.NaN, 3, 4));
  const { traces, extent } = linesOf(schemaOf([2, 2], { labels: ["a", "b"] }), frame);
  assert.deepEqual(traces, [
    { label: "a", values: [1, 3] },
    { label: "b", values: [null, 4] },
  ]);
  assert.equal(extent.nan, 1);
});
