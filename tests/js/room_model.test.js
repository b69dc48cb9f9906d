import assert from "node:assert/strict";
import { test } from "node:test";
import { shorten } from "../../static/js/host/map_tile.js";
import * as model from "../../static/js/host/room_model.js";

/**
 * @param {Partial<import("../../static/js/health/health_types.js").Segment>} more
 * @returns {import("../../static/js/health/health_types.js").Segment}
 */
function segmentOf(more) {
  const sizes = { size_bytes: 100, resident_bytes: 100 };
  return { label: "a", owner: "ann", ...sizes, arrays: [], level: "ok", orphan: false, ...more };
}

/**
 * @param {Partial<import("../../static/js/health/health_types.js").Room>} more
 * @returns {import("../../static/js/health/health_types.js").Room}
 */
function roomOf(more) {
  return {
    path: "/dev/shm",
    size_bytes: 1000,
    used_bytes: 250,
    free_bytes: 750,
    claimed_bytes: 0,
    resident_bytes: 0,
    growth_bytes_per_s: null,
    orphans: 0,
    orphan_bytes: 0,
    ...more,
  };
}

/** @param {import("../../static/js/host/room_model.js").Part[]} parts */
function briefly(parts) {
  return parts.map(({ kind, owner, bytes }) => `${kind} ${owner}${bytes}`);
}

test("the parts of a mount are its owners, other files, what is claimed, and what is left", () => {
  const segments = [
    segmentOf({ size_bytes: 150, resident_bytes: 50 }),
    segmentOf({ owner: "bob", resident_bytes: 120, size_bytes: 120 }),
    segmentOf({ resident_bytes: 30, size_bytes: 30 }),
  ];
  assert.deepEqual(briefly(model.roomParts(roomOf({}), segments)), [
    "owner bob120",
    "owner ann80",
    "other 50",
    "untaken 100",
    "free 650",
  ]);
});

test("parts never take more than there is, however much is claimed", () => {
  const parts = model.roomParts(roomOf({}), [segmentOf({ size_bytes: 9000, resident_bytes: 250 })]);
  assert.deepEqual(briefly(parts), ["owner ann250", "untaken 750", "free 0"]);
});

test("a tile may become as large as is claimed, and is never smaller than what is taken", () => {
  assert.equal(model.weightOf(segmentOf({ size_bytes: 7, resident_bytes: 4096 })), 4096);
  assert.equal(model.untakenOf(segmentOf({ size_bytes: 7, resident_bytes: 4096 })), 0);
  assert.equal(model.weightOf(segmentOf({ size_bytes: 9999, resident_bytes: 0 })), 9999);
});

test("segments that are too small to be seen share a tile, one alone keeps its own", () => {
  const large = segmentOf({ label: "large", size_bytes: 1e9, resident_bytes: 1e9 });
  const small = [segmentOf({ label: "s" }), segmentOf({ label: "t", owner: "bob" })];
  const tiles = model.tilesOf([large, ...small]);
  assert.deepEqual(
    tiles.map(({ label }) => label),
    ["large", "2 smaller"],
  );
  assert.deepEqual([tiles[1]?.size_bytes, tiles[1]?.owner], [200, ""]);
  assert.equal(model.tilesOf([large, segmentOf({ label: "s" })])[1]?.label, "s");
});

test("segments of one name have tiles of their own", () => {
  const keys = model.tilesOf([segmentOf({}), segmentOf({})]).map(({ key }) => key);
  assert.equal(new Set(keys).size, 2);
});

test("a tile says in words what it shows", () => {
  const segment = segmentOf({ level: "warning", orphan: true, size_bytes: 4096 });
  const [tile] = model.tilesOf([segment]);
  assert.ok(tile);
  assert.equal(model.tileInWords(tile), "a: 100 B of 4 KiB taken, of ann, warning, orphan");
});

test("the picture has a sentence", () => {
  const text = model.roomInWords(roomOf({}), [segmentOf({ size_bytes: 300 })]);
  assert.equal(
    text,
    "25 % of /dev/shm is taken by 1 segment and other files, 750 B are free. Segments may still take 200 B.",
  );
});

test("names are cut in the middle, whole letters at a time, and not told where nothing fits", () => {
  assert.equal(shorten("camera_0001", 20), "camera_0001");
  assert.equal(shorten("camera_0001", 7), "cam…001");
  assert.equal(shorten("𝒳𝒴𝒵𝒲", 3), "𝒳…𝒲");
  assert.equal(shorten("camera", 2), "");
  assert.equal(shorten("camera", -4), "");
});

test("an array's name is read from its id", () => {
  assert.equal(model.arrayName("box/1b-2/heat%2F1%20%25"), "heat/1 %");
});
