import assert from "node:assert/strict";
import test from "node:test";
import {
  binText,
  HEIGHT,
  isSampled,
  outline,
  places,
  summary,
  WIDTH,
} from "../../static/js/array/histogram_model.js";

const FLOATS = { lo: -1, hi: 3, counts: Uint32Array.of(1, 0, 2, 5) };
const PERCENTILES = { 1: -1, 5: -0.5, 25: 1, 50: 2, 75: 2.5, 95: 2.75, 99: 3 };

/** @type {import("../../static/js/page/types.js").Statistics} */
const ENTRY = {
  field: null,
  count: 8,
  min: -1,
  max: 3,
  mean: 1.5,
  std: 1,
  zeros: 0,
  nan: 0,
  inf: 0,
  age_s: 0.4,
  coverage: 1,
  distinct: null,
  percentiles: PERCENTILES,
  histogram: FLOATS,
  sample: 8,
};

test("the outline steps from bin to bin and the fullest reaches the top", () => {
  assert.equal(outline(FLOATS.counts), "M0 20V16H16V20H32V12H48V0H64V20Z");
});

test("a bin that holds anything can be seen and an empty one cannot", () => {
  const steps = outline([1, 0, 1_000_000]).match(/V[\d.]+/g) ?? [];
  assert.ok(Number(steps[0]?.slice(1)) < HEIGHT);
  assert.equal(steps[1], `V${HEIGHT}`);
});

test("percentiles of floats stand where their value is", () => {
  const at = places({ ...FLOATS, lo: -1, hi: 3.5 }, { ...PERCENTILES, 50: 1.25 }, false);
  assert.equal(at("1"), 0);
  assert.equal(at("50"), WIDTH / 2);
});

test("a percentile of integers stands in the middle of its number's place", () => {
  const booleans = { lo: 0, hi: 2, counts: [3, 5] };
  const at = places(booleans, { 25: 0, 50: 1 }, true);
  assert.equal(at("25"), WIDTH / 4);
  assert.equal(at("50"), (WIDTH * 3) / 4);
});

test("where all elements are equal, percentiles stand in the middle", () => {
  const at = places({ lo: 5, hi: 5, counts: [9] }, { 50: 5 }, false);
  assert.equal(at("50"), WIDTH / 2);
});

test("a span beyond the largest double and integers of 64 bits are no trouble", () => {
  const wide = { lo: -1.7e308, hi: 1.7e308, counts: [1, 1] };
  assert.equal(places(wide, { 50: 0 }, false)("50"), WIDTH / 2);
  assert.equal(binText(wide, 1, false), "0 to 1.7000e+308: 1, 50 %");
  const large = { lo: 0n, hi: 2 ** 64, counts: [1, 1] };
  assert.equal(places(large, { 50: 2 ** 63 }, true)("50"), WIDTH / 2);
});

test("a bin of floats is told with its edges, its count and its share", () => {
  assert.equal(binText(FLOATS, 3, false), "2 to 3: 5, 63 %");
  assert.equal(binText({ lo: 5, hi: 5, counts: [9] }, 0, false), "5: 9, 100 %");
});

test("a bin of whole numbers is told with the first and the last of them", () => {
  const threes = { lo: 87, hi: 231, counts: new Uint32Array(48).fill(1) };
  assert.equal(binText(threes, 0, true), "87 to 89: 1, 2.1 %");
  assert.equal(binText(threes, 47, true), "228 to 230: 1, 2.1 %");
  assert.equal(binText({ lo: 0, hi: 2, counts: [3, 1] }, 1, true), "1: 1, 25 %");
});

test("the picture is told in words, with the field's name", () => {
  assert.equal(
    summary({ ...ENTRY, field: "price" }),
    "Histogram of price: from -1 to 3, half of the elements lie from 1 to 2.50000; " +
      "the fullest bin is 2 to 3: 5, 63 %",
  );
  assert.equal(
    summary({ ...ENTRY, histogram: null, percentiles: null }),
    "Histogram: not known yet",
  );
});

test("a sample is one where it has fewer than the finite elements", () => {
  assert.equal(isSampled(ENTRY), false);
  assert.equal(isSampled({ ...ENTRY, nan: 1, inf: 1, sample: 6 }), false);
  assert.equal(isSampled({ ...ENTRY, count: 10n, sample: 8n }), true);
  assert.equal(isSampled({ ...ENTRY, percentiles: null, sample: 0 }), false);
});

test("a histogram of what was scanned so far says so", () => {
  const early = summary({ ...ENTRY, coverage: 0.25 });
  assert.match(early, /^Histogram, 25(\.0)? % scanned so far: from /);
  assert.doesNotMatch(summary(ENTRY), /so far/);
});
