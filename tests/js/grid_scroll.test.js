import assert from "node:assert/strict";
import { test } from "node:test";
import * as scroll from "../../static/js/grid/scroll.js";

const few = { tracks: new scroll.Tracks(100, 25), view_px: 500 };
const many = { tracks: new scroll.Tracks(2 ** 27, 25), view_px: 500 };
const uneven = { tracks: new scroll.Tracks(4, [50, 100, 200, 30]), view_px: 120 };

test("few rows scroll pixel by pixel", () => {
  assert.equal(scroll.spacer_px(few), 2500);
  assert.equal(scroll.placeOfScroll(few, 110), 4.4);
  assert.equal(scroll.scrollOfPlace(few, 4.4), 110.00000000000001);
  assert.ok(!scroll.isScaled(few));
});

test("more rows than an element is long are reached in proportion, the first and the last exactly", () => {
  const end_px = scroll.spacer_px(many) - many.view_px;
  assert.equal(scroll.spacer_px(many), scroll.LONGEST_PX);
  assert.ok(scroll.isScaled(many));
  assert.equal(scroll.placeOfScroll(many, 0), 0);
  assert.equal(scroll.placeOfScroll(many, end_px), 2 ** 27 - 20);
  assert.equal(scroll.placeOfScroll(many, end_px + 9), 2 ** 27 - 20);
});

test("exact steps are of a row's height, however many rows there are", () => {
  assert.equal(scroll.moved(many, 1_000_000, 75), 1_000_003);
  assert.equal(scroll.moved(many, 2 ** 27 - 21, 75), 2 ** 27 - 20);
  assert.equal(scroll.moved(many, 2, -75), 0);
});

test("a place and the bar's position lead to each other", () => {
  for (const place of [0, 3, 1e5, 1e8]) {
    const there = scroll.placeOfScroll(many, scroll.scrollOfPlace(many, place));
    assert.ok(Math.abs(there - place) < 1e-3, `${place} became ${there}`);
  }
});

test("what fits does not scroll", () => {
  const axis = { tracks: new scroll.Tracks(3, 25), view_px: 500 };
  assert.equal(scroll.clampPlace(axis, 2), 0);
  assert.equal(scroll.placeOfScroll(axis, 30), 0);
  assert.equal(scroll.scrollOfPlace(axis, 1), 0);
  assert.deepEqual(scroll.seenTracks(axis, 0), [0, 3]);
});

test("columns of their own widths are found by where they begin", () => {
  assert.equal(uneven.tracks.length_px, 380);
  assert.equal(uneven.tracks.placeAt(100), 1.5);
  assert.equal(uneven.tracks.offset_px(2.5), 250);
  assert.equal(uneven.tracks.width_px(3), 30);
  assert.deepEqual(scroll.seenTracks(uneven, 1.5), [1, 3]);
  assert.equal(scroll.clampPlace(uneven, 3), 2.55);
});

test("a cell is brought into sight by as little as can be", () => {
  assert.equal(scroll.revealed(few, 10, 15), 10);
  assert.equal(scroll.revealed(few, 10, 30), 11);
  assert.equal(scroll.revealed(few, 10, 3), 3);
  assert.equal(scroll.revealed(uneven, 0, 2), 2);
});

test("nothing to scroll is no error", () => {
  const axis = { tracks: new scroll.Tracks(0, 25), view_px: 500 };
  assert.equal(scroll.lastStart(axis), 0);
  assert.deepEqual(scroll.seenTracks(axis, 0), [0, 0]);
  assert.equal(new scroll.Tracks(0, []).length_px, 0);
});
