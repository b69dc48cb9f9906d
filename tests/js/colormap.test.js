import assert from "node:assert/strict";
import { test } from "node:test";
import { colourAt, colourTable, NAN_COLOUR, paint } from "../../static/js/colormap.js";

/** @param {number} word */
function bytes(word) {
  return [word & 255, (word >> 8) & 255, (word >> 16) & 255, word >>> 24];
}

test("the map runs from its first anchor to its last and is clamped beyond", () => {
  assert.deepEqual(colourAt(0), [68, 1, 84]);
  assert.deepEqual(colourAt(1), [253, 231, 37]);
  assert.deepEqual(colourAt(-3), colourAt(0));
  assert.deepEqual(colourAt(9), colourAt(1));
});

test("the map grows lighter all the way", () => {
  const table = colourTable();
  let before = -1;
  for (let i = 0; i < 256; i++) {
    const [red = 0, green = 0, blue = 0] = table.subarray(i * 4, i * 4 + 3);
    const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    assert.ok(light >= before - 1, `step ${i}`);
    before = light;
  }
});

test("values are painted by their place in the range, NaN in a grey of its own", () => {
  const target = new Uint32Array(5);
  paint([0, 10, Number.NaN, -5, Number.POSITIVE_INFINITY], { lo: 0, hi: 10 }, target);
  const painted = Array.from(target, bytes);
  assert.deepEqual(painted[0], [68, 1, 84, 255]);
  assert.deepEqual(painted[1], [253, 231, 37, 255]);
  assert.deepEqual(painted[2], [...NAN_COLOUR, 255]);
  assert.deepEqual(painted[3], painted[0]);
  assert.deepEqual(painted[4], painted[1]);
});
