import assert from "node:assert/strict";
import { test } from "node:test";
import { gridOf } from "../../static/js/grid/model.js";
import { GridWidths } from "../../static/js/grid/widths.js";
import { schemaOf } from "./example.js";

const METRICS = { letter_px: 10, padding_px: 8 };

test("a column is as wide as its widest text so far, and never narrower", () => {
  const widths = new GridWidths(gridOf(schemaOf([4, 3])));
  assert.ok(widths.note(1, 9));
  assert.ok(!widths.note(1, 5));
  const tracks = widths.tracks(METRICS);
  assert.deepEqual(
    [0, 1, 2].map((column) => tracks.width_px(column)),
    [38, 98, 38],
  );
});

test("many columns are alike, and a million of them no effort", () => {
  const widths = new GridWidths(gridOf(schemaOf([4, 1_000_000])));
  widths.note(999_999, 20);
  const tracks = widths.tracks(METRICS);
  assert.equal(tracks.width_px(0), 208);
  assert.equal(tracks.length_px, 208e6);
});

test("each of a thousand fields has a width of its own", () => {
  const fields = Array.from({ length: 1000 }, (_, i) => ({
    name: `f${i}`,
    dtype: "<f4",
    kind: /** @type {const} */ ("numbers"),
    shape: [],
  }));
  const widths = new GridWidths(gridOf(schemaOf([9], { kind: "records", fields })));
  widths.note(998, 12);
  const tracks = widths.tracks(METRICS);
  assert.deepEqual(
    [998, 999].map((column) => tracks.width_px(column)),
    [128, 48],
  );
});

test("a text among columns is cut before it pushes the others away", () => {
  const widths = new GridWidths(gridOf(schemaOf([4, 3], { kind: "text" })));
  assert.ok(widths.note(0, 5000));
  assert.ok(!widths.note(0, 6000));
  assert.equal(widths.tracks(METRICS).width_px(0), 648);
});

test("names of rows make room for the last", () => {
  const widths = new GridWidths(gridOf(schemaOf([12_000, 3])));
  assert.equal(widths.side_px(METRICS), 58);
  assert.equal(new GridWidths(gridOf(schemaOf([]))).side_px(METRICS), 0);
});
