import assert from "node:assert/strict";
import { test } from "node:test";
import { ColourRange, restingRange } from "../../static/js/heat/colour_range.js";
import { scaleOf } from "../../static/js/heat/colour_scale.js";
import * as seen from "../../static/js/heat/seen_values.js";
import { schemaOf } from "./example.js";

const PLANE = { down: 0, across: 1 };
const VALUES = Float64Array.from({ length: 10 * 20 }, (_, i) => i);

/** @param {number} length */
function row(length) {
  return { top: 0, bottom: 1, left: 0, right: length, stride: length };
}

test("all of a frame is seen where there is no viewport", () => {
  const rectangle = seen.seenRectangle(schemaOf([10, 20]), null, PLANE);
  assert.deepEqual(rectangle, { top: 0, bottom: 10, left: 0, right: 20, stride: 20 });
});

test("elements that are seen in part are seen", () => {
  const viewport = [
    { lo: 2.5, hi: 4.5 },
    { lo: 7, hi: 9 },
  ];
  const rectangle = seen.seenRectangle(schemaOf([10, 20]), viewport, PLANE);
  assert.deepEqual(rectangle, { top: 2, bottom: 5, left: 7, right: 9, stride: 20 });
  const { lo, hi, count } = seen.extentWithin(VALUES, rectangle);
  assert.deepEqual([lo, hi, count], [2 * 20 + 7, 4 * 20 + 8, 6]);
});

test("of a reduced window, those that stand for what is seen", () => {
  const schema = schemaOf([100, 80], {
    window: [
      [40, 80],
      [0, 80],
    ],
    reduced: [4, 4],
    axes: [
      { axis: 0, start: 40, step: 4, count: 10 },
      { axis: 1, start: 0, step: 4, count: 20 },
    ],
    selected: [
      { axis: 0, start: 0, step: 1, count: 100 },
      { axis: 1, start: 0, step: 1, count: 80 },
    ],
  });
  const viewport = [
    { lo: 50, hi: 62 },
    { lo: 0, hi: 80 },
  ];
  const { top, bottom } = seen.seenRectangle(schema, viewport, PLANE);
  assert.deepEqual([top, bottom], [2, 6]);
  const elsewhere = seen.seenRectangle(
    schema,
    [{ lo: 0, hi: 9 }, viewport[1] ?? { lo: 0, hi: 1 }],
    PLANE,
  );
  assert.equal(elsewhere.bottom - elsewhere.top, 0);
});

test("the extent counts what is not finite, and knows the smallest value above zero", () => {
  const values = [3, Number.NaN, -1, Number.POSITIVE_INFINITY, 0, 0.25];
  const extent = seen.extentWithin(values, row(6));
  assert.deepEqual(extent, { lo: -1, hi: 3, nan: 1, inf: 1, positive: 0.25, count: 6 });
});

test("a sample is strewn over all of a picture, and holds finite values only", () => {
  const rectangle = { top: 0, bottom: 10, left: 0, right: 20, stride: 20 };
  assert.deepEqual(seen.sampleWithin(VALUES, rectangle, 1000), VALUES);
  const sample = seen.sampleWithin(VALUES, rectangle, 50);
  assert.equal(sample.length, 50);
  assert.equal(new Set(sample).size, 50);
  assert.ok(Math.min(...sample) < 10 && Math.max(...sample) >= 190);
  assert.equal(seen.sampleWithin([Number.NaN, 1, Number.NEGATIVE_INFINITY], row(3), 9).length, 1);
});

test("a sample does not fall in step with a pattern in the columns", () => {
  const striped = Float64Array.from({ length: 512 * 512 }, (_, i) => (i % 16 === 0 ? 1 : 0));
  const sample = seen.sampleWithin(
    striped,
    { top: 0, bottom: 512, left: 0, right: 512, stride: 512 },
    8192,
  );
  const share = sample.reduce((sum, value) => sum + value, 0) / sample.length;
  assert.ok(Math.abs(share - 1 / 16) < 0.02, String(share));
});

test("a histogram counts every value of the scale once, and those beyond it", () => {
  const sample = Float64Array.of(-5, 0, 0.1, 5, 10, 11, 12);
  const { counts, below, above } = seen.histogramOf(
    sample,
    scaleOf("linear", { lo: 0, hi: 10 }, 1),
  );
  assert.deepEqual([counts[0], counts[32], counts[63], below, above], [2, 1, 1, 1, 2]);
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    4,
  );
});

test("percentiles leave out what stands alone", () => {
  const values = Float64Array.from({ length: 1000 }, (_, i) => i);
  values[0] = -1e9;
  values[999] = 1e9;
  assert.deepEqual(seen.clippedRange(values, 1), { lo: 10, hi: 989 });
});

test("a held range wins, then the cut one, then the whole", () => {
  const values = Float64Array.from({ length: 101 }, (_, i) => i);
  const extent = seen.extentWithin(values, row(101));
  const finder = new ColourRange();
  /** @param {{lo: number, hi: number} | null} held @param {number} clip */
  const find = (held, clip) => finder.find(values, row(101), extent, { held, clip, key: "a" });
  assert.deepEqual(find({ lo: 3, hi: 4 }, 5), { lo: 3, hi: 4 });
  assert.deepEqual(find(null, 5), { lo: 5, hi: 95 });
  assert.deepEqual(find(null, 0), { lo: 0, hi: 100 });
});

test("a cut range rests while the values tremble, and follows them when they move", () => {
  const before = { lo: 0, hi: 100 };
  assert.equal(restingRange(before, { lo: 3, hi: 96 }), before);
  assert.deepEqual(restingRange(before, { lo: 20, hi: 120 }), { lo: 20, hi: 120 });
  assert.deepEqual(restingRange(null, before), before);
});
