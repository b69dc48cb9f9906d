import assert from "node:assert/strict";
import { test } from "node:test";
import { sourceOf } from "../../static/js/deeds/export_source.js";
import { csvOf, isComplete, npyOf } from "../../static/js/deeds/frame_file.js";
import { parseArrayState } from "../../static/js/values/page_state.js";
import { frameOf, schemaOf } from "./example.js";

/** @param {Uint8Array} file */
function headerOf(file) {
  const [low = 0, high = 0] = file.subarray(8, 10);
  const length = low + 256 * high;
  return { text: new TextDecoder("latin1").decode(file.subarray(10, 10 + length)), length };
}

/**
 * @param {string} query
 * @param {Partial<import("../../static/js/values/types.js").Schema>} more
 */
function source(query, more = {}) {
  const schema = schemaOf([2, 3], more);
  const frame = frameOf([2, 3], new Float32Array(6));
  const head = { type: "frame" };
  return sourceOf({ schema, frame, head }, parseArrayState(query));
}

test("a .npy file has numpy's header, a line of it filled, and then the values", () => {
  const values = new Float32Array([1, 2, 3, 4, 5, 6.5]);
  const file = npyOf(schemaOf([2, 3]), frameOf([2, 3], values));
  assert.deepEqual([...file.subarray(0, 8)], [0x93, ...Buffer.from("NUMPY"), 1, 0]);
  const { text, length } = headerOf(file);
  assert.equal((10 + length) % 64, 0);
  assert.match(text, /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 3,\), \} *\n$/);
  assert.deepEqual(new Float32Array(file.slice(10 + length).buffer), values);
});

test("values within a larger message are taken from where they lie", () => {
  const message = new Float64Array([9, 1, 2, 9]);
  const file = npyOf(schemaOf([2]), frameOf([2], message.subarray(1, 3)));
  assert.deepEqual([...new Float64Array(file.slice(-16).buffer)], [1, 2]);
});

test("booleans, complex numbers and large integers keep their dtype", () => {
  const descr = (/** @type {any} */ kind, /** @type {any} */ values) =>
    /'descr': '([^']+)'/.exec(
      headerOf(npyOf(schemaOf([1], { kind }), frameOf([1], values))).text,
    )?.[1];
  assert.equal(descr("bool", new Uint8Array([1])), "|b1");
  assert.equal(descr("complex", new Float64Array(2)), "<c16");
  assert.equal(descr("complex", new Float32Array(2)), "<c8");
  assert.equal(descr("numbers", new BigUint64Array(1)), "<u8");
});

test("a table has an index and the shortest digits that mean the value", () => {
  const axes = [
    { axis: 1, start: 9, step: -1, count: 2 },
    { axis: 0, start: 4, step: 2, count: 2 },
  ];
  const values = new Float32Array([0.1, Number.NaN, Number.NEGATIVE_INFINITY, 1 / 3]);
  assert.equal(
    csvOf(schemaOf([], { axes }), frameOf([2, 2], values)),
    "axis_1,axis_0,value\n9,4,0.1\n9,6,nan\n8,4,-inf\n8,6,0.33333334\n",
  );
});

test("booleans and complex numbers stand in a table as Python writes them", () => {
  const flags = csvOf(schemaOf([2], { kind: "bool" }), frameOf([2], new Uint8Array([0, 1])));
  assert.equal(flags, "axis_0,value\n0,False\n1,True\n");
  const waves = csvOf(
    schemaOf([1], { kind: "complex" }),
    frameOf([1, 2], new Float64Array([1.5, -2])),
  );
  assert.equal(waves, "axis_0,value\n0,(1.5-2j)\n");
});

test("a frame is complete only where it holds every element as a number", () => {
  const frame = frameOf([2], new Float32Array(2));
  assert.equal(isComplete(schemaOf([2]), frame), true);
  assert.equal(isComplete(schemaOf([2], { reduced: [2] }), frame), false);
  assert.equal(isComplete(schemaOf([2], { kind: "text" }), frameOf([2], ["a", "b"])), false);
});

test("files come from the array while it is live, and from the frame where that stays", () => {
  const live = source("");
  assert.ok(typeof live === "object" && !live.isFrame);
  assert.equal(live.says, "Files hold [0:2, 0:3], 6 elements, as they are then.");
  const paused = source("?paused=1");
  assert.ok(typeof paused === "object" && paused.isFrame);
  const compared = source("?against=copy:1", { against: { copy: 1 } });
  assert.ok(typeof compared === "object" && compared.isFrame);
  assert.match(compared.says, /, the difference\.$/);
});

test("a difference that is reduced is no file, and the array's own values are announced", () => {
  const reduced = source("?against=copy:1", { against: { copy: 1 }, reduced: [1, 2] });
  assert.ok(typeof reduced === "object" && !reduced.isFrame);
  assert.match(reduced.says, /of the array itself/);
});

test("a layout that is only tried has no file where its frame is reduced", () => {
  assert.ok(typeof source("?layout={%22dtype%22:%22u1%22}") === "object");
  const reduced = source("?layout={%22dtype%22:%22u1%22}", { reduced: [1, 2] });
  assert.match(String(reduced), /keep it/);
});
