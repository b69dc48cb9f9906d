import assert from "node:assert/strict";
import { test } from "node:test";
import * as images from "../../static/js/heat/image_model.js";
import { schemaOf } from "./example.js";

const LAST = { down: 0, across: 1, channel: 2, channels: 3 };
const BYTES = { range: { lo: 0, hi: 255 }, alpha: 255 };

test("colours are looked for in the last axis, then in the first", () => {
  assert.deepEqual(images.planesOf(schemaOf([40, 60, 3])), LAST);
  assert.deepEqual(images.planesOf(schemaOf([4, 40, 60])), {
    down: 1,
    across: 2,
    channel: 0,
    channels: 4,
  });
  assert.equal(images.planesOf(schemaOf([3, 60, 3]))?.channel, 2);
  assert.equal(images.planesOf(schemaOf([40, 60]))?.channel, null);
  assert.equal(images.planesOf(schemaOf([40, 60, 5])), null);
  assert.equal(images.planesOf(schemaOf([1, 60, 3])), null);
});

test("colours are never thinned", () => {
  const pixels = { width: 600, height: 400 };
  assert.deepEqual(images.mostOfImage(LAST, pixels), [400, 600, 4]);
  const first = { down: 1, across: 2, channel: 0, channels: 3 };
  assert.deepEqual(images.mostOfImage(first, pixels), [4, 400, 600]);
  const grey = { down: 0, across: 1, channel: null, channels: 1 };
  assert.deepEqual(images.mostOfImage(grey, pixels), [400, 600]);
});

test("three channels are opaque, four bring their own alpha", () => {
  const target = new Uint8ClampedArray(8);
  images.copyPixels([1, 2, 3, 4, 5, 6], LAST, BYTES, target);
  assert.deepEqual([...target], [1, 2, 3, 255, 4, 5, 6, 255]);
  const four = { ...LAST, channels: 4 };
  images.copyPixels([1, 2, 3, 4, 5, 6, 7, 8], four, BYTES, target);
  assert.deepEqual([...target], [1, 2, 3, 4, 5, 6, 7, 8]);
});

test("channels in the first axis make the same pixels, and one channel grey ones", () => {
  const target = new Uint8ClampedArray(8);
  const first = { down: 1, across: 2, channel: 0, channels: 3 };
  images.copyPixels([1, 4, 2, 5, 3, 6], first, BYTES, target);
  assert.deepEqual([...target], [1, 2, 3, 255, 4, 5, 6, 255]);
  const grey = { down: 0, across: 1, channel: null, channels: 1 };
  images.copyPixels([9, 200], grey, BYTES, target);
  assert.deepEqual([...target], [9, 9, 9, 255, 200, 200, 200, 255]);
});

test("values are scaled by the range, and alpha is not", () => {
  const target = new Uint8ClampedArray(4);
  const levels = { range: { lo: 0.5, hi: 1 }, alpha: 1 };
  images.copyPixels([0.75, 0.1, 2, 1], { ...LAST, channels: 4 }, levels, target);
  assert.deepEqual([...target], [128, 0, 255, 255]);
});

test("a dtype says what black and white are, floats by their values", () => {
  const extent = { lo: -3, hi: 9 };
  assert.deepEqual(images.meantRange("|u1", extent), { lo: 0, hi: 255 });
  assert.deepEqual(images.meantRange("<u2", extent), { lo: 0, hi: 65535 });
  assert.deepEqual(images.meantRange("<f4", { lo: 0.2, hi: 0.9 }), { lo: 0, hi: 1 });
  assert.deepEqual(images.meantRange("<f4", extent), extent);
  assert.deepEqual(images.meantRange("<f4", { lo: 7, hi: 7 }), { lo: 7, hi: 8 });
});
