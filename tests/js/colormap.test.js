import assert from "node:assert/strict";
import { test } from "node:test";
import * as colormap from "../../static/js/heat/colormap.js";

/**
 * First, middle and last colour as they are published.
 *
 * Source: the tables of matplotlib 3.11; greys from black to white.
 *
 * @type {Record<string, [number, number, number][]>}
 */
const PUBLISHED = {
  viridis: [
    [68, 1, 84],
    [33, 145, 140],
    [253, 231, 37],
  ],
  magma: [
    [0, 0, 4],
    [183, 55, 121],
    [252, 253, 191],
  ],
  inferno: [
    [0, 0, 4],
    [188, 55, 84],
    [252, 255, 164],
  ],
  plasma: [
    [13, 8, 135],
    [204, 71, 120],
    [240, 249, 33],
  ],
  cividis: [
    [0, 34, 78],
    [125, 124, 120],
    [254, 232, 56],
  ],
  turbo: [
    [48, 18, 59],
    [164, 252, 60],
    [122, 4, 3],
  ],
  coolwarm: [
    [59, 76, 192],
    [221, 220, 220],
    [180, 4, 38],
  ],
  twilight: [
    [226, 217, 226],
    [47, 20, 54],
    [226, 217, 226],
  ],
  greys: [
    [0, 0, 0],
    [128, 128, 128],
    [255, 255, 255],
  ],
};

test("every map begins, goes through the middle and ends as it is published", () => {
  assert.deepEqual(colormap.MAPS, Object.keys(PUBLISHED));
  for (const [map, colours] of Object.entries(PUBLISHED)) {
    for (const [i, colour] of colours.entries()) {
      const drawn = colormap.colourAt(i / 2, map);
      // The published middle is one of two entries that stand beside it.
      const off = Math.max(...drawn.map((channel, j) => Math.abs(channel - (colour[j] ?? 0))));
      assert.ok(off <= (i === 1 ? 2 : 0), `${map} at ${i / 2}: ${drawn}`);
    }
  }
});

test("a map is clamped beyond its ends, and an unknown one is the usual one", () => {
  assert.deepEqual(colormap.colourAt(-3), colormap.colourAt(0));
  assert.deepEqual(colormap.colourAt(9), colormap.colourAt(1));
  assert.deepEqual(colormap.colourAt(0.3, "nonsense"), colormap.colourAt(0.3));
});

test("the maps for growing values grow lighter all the way", () => {
  for (const map of ["viridis", "magma", "inferno", "plasma", "cividis", "greys"]) {
    const table = colormap.colourTable(map);
    let before = -1;
    for (let i = 0; i < colormap.STEPS; i++) {
      const [red = 0, green = 0, blue = 0] = table.subarray(i * 4, i * 4 + 3);
      const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      assert.ok(light >= before - 1, `${map}, step ${i}`);
      before = light;
    }
  }
});

test("no map holds the colours of what has no place on the scale", () => {
  for (const odd of [colormap.NAN_COLOUR, colormap.UNDER_COLOUR]) {
    for (const map of colormap.MAPS.filter((name) => name !== "greys" && name !== "cividis")) {
      const table = colormap.colourTable(map);
      for (let i = 0; i < colormap.STEPS; i++) {
        const colour = table.subarray(i * 4, i * 4 + 3);
        const off = Math.max(...odd.map((channel, j) => Math.abs(channel - (colour[j] ?? 0))));
        assert.ok(off > 10, `${map}, step ${i}: ${colour}`);
      }
    }
  }
});

test("a share says NaN, below the scale, or a place on it", () => {
  assert.deepEqual(colormap.colourOf(Number.NaN, "magma"), colormap.NAN_COLOUR);
  assert.deepEqual(colormap.colourOf(-1, "magma"), colormap.UNDER_COLOUR);
  assert.deepEqual(colormap.colourOf(1, "magma"), [252, 253, 191]);
});

test("letters on a colour are dark where it is light", () => {
  assert.equal(colormap.isLight([253, 231, 37]), true);
  assert.equal(colormap.isLight([68, 1, 84]), false);
});
