import assert from "node:assert/strict";
import { test } from "node:test";
import * as hex from "../../static/js/hex/model.js";
import { frameOf, schemaOf } from "./example.js";

/**
 * @param {Partial<import("../../static/js/values/types.js").Axis>} axis
 * @param {number} length of the array
 */
function schemaAt(axis, length) {
  const whole = { axis: 0, start: 0, step: 1, count: length };
  return schemaOf([length], { dtype: "|u1", axes: [{ ...whole, ...axis }] });
}

test("a byte has two digits and a letter, or a dot where it is none", () => {
  assert.equal(hex.hexDigits(0), "00");
  assert.equal(hex.hexDigits(255), "ff");
  const letters = [0x00, 0x1f, 0x20, 0x41, 0x7e, 0x7f, 0xe9].map(hex.letterOf).join("");
  assert.equal(letters, "·· A~··");
});

test("signed bytes are shown by their bits, and no more than a page of them", () => {
  assert.deepEqual(Array.from(hex.bytesOf(frameOf([2], Int8Array.of(-1, 1)))), [255, 1]);
  assert.equal(hex.bytesOf(frameOf([9000], new Uint8Array(9000))).length, 4096);
  assert.equal(hex.bytesOf(frameOf([9000], new Int8Array(9000))).length, 4096);
  assert.equal(hex.bytesOf(frameOf([1], ["text"])).length, 0);
});

test("addresses begin where the array does, and are as wide as the last one", () => {
  assert.deepEqual(hex.addresses(schemaAt({}, 20), 20, 16, 64), ["0040", "0050"]);
  const far = schemaAt({ start: 0x10000, count: 16 }, 2 ** 34);
  assert.deepEqual(hex.addresses(far, 16, 8, 0), ["000010000", "000010008"]);
  const backwards = schemaAt({ start: 31, step: -1, count: 32 }, 32);
  assert.deepEqual(hex.addresses(backwards, 32, 16, 0), ["001f", "000f"]);
});

test("changed bytes are found, but not where other bytes are shown", () => {
  assert.deepEqual(hex.changedBytes(Uint8Array.of(1, 2, 3), Uint8Array.of(1, 0, 4)), [1, 2]);
  assert.deepEqual(hex.changedBytes(null, Uint8Array.of(1)), []);
  assert.deepEqual(hex.changedBytes(Uint8Array.of(1), Uint8Array.of(1, 2)), []);
});

test("a mark steps down after the frame that changed, and goes after a moment", () => {
  const marks = new hex.ChangeMarks(3);
  /** @type {number[][]} */
  const steps = [];
  const note = (/** @type {number} */ place, /** @type {number} */ level) =>
    steps.push([place, level]);
  marks.update([1], 1000, note);
  marks.update([], 1100, note);
  marks.update([], 1200, note);
  marks.update([], 1000 + hex.RECENT_MS, note);
  assert.deepEqual(steps, [
    [1, 2],
    [1, 1],
    [1, 0],
  ]);
});

test("a byte that changes in every frame is written to once", () => {
  const marks = new hex.ChangeMarks(1);
  let steps = 0;
  for (let now_ms = 0; now_ms < 2000; now_ms += 100) marks.update([0], now_ms, () => steps++);
  assert.equal(steps, 1);
});

test("pages are turned to the ends and not beyond", () => {
  const first = hex.pageOf(schemaAt({ count: 4096 }, 10000));
  assert.deepEqual(first, { start: 0, size: 4096, length: 10000 });
  assert.equal(first && hex.turned(first, -1), null);
  assert.equal(first && hex.turned(first, 1), "4096:8192");
  const last = hex.pageOf(schemaAt({ start: 8192, count: 1808 }, 10000));
  assert.equal(last && hex.turned(last, 1), null);
  assert.equal(last && hex.turned(last, -1), "4096:8192");
  assert.equal(hex.turned({ start: 100, size: 4096, length: 10000 }, -1), "0:4096");
});

test("pages are as long as what is selected, and there are none where all is shown", () => {
  assert.equal(hex.pageOf(schemaAt({ start: 512, count: 256 }, 10000))?.size, 256);
  assert.equal(hex.pageOf(schemaAt({ count: 9000 }, 10000))?.size, 4096);
  assert.equal(hex.pageOf(schemaAt({}, 4096)), null);
  assert.equal(hex.pageOf(schemaAt({}, 9000))?.size, 4096);
  assert.equal(hex.pageOf({ ...schemaAt({ count: 640 }, 640), shape: [480, 640] }), null);
});

test("an address leads to the page that begins with its line", () => {
  const page = { start: 0, size: 4096, length: 10000 };
  assert.equal(hex.selectionAt(page, "0x1003", 0), "4096:8192");
  assert.equal(hex.selectionAt(page, " 4099 ", 64), "4032:8128");
  assert.equal(hex.selectionAt(page, "9999", 0), "9984:10000");
  for (const text of ["10000", "-1", "abc", "", "0x", "1.5"]) {
    assert.equal(hex.selectionAt(page, text, 0), null, text);
  }
  assert.equal(hex.selectionAt(page, "0", 64), null);
});
