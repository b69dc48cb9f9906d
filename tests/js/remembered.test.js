import assert from "node:assert/strict";
import { test } from "node:test";
import { Kept } from "../../static/js/page/kept.js";
import { parseArrayState } from "../../static/js/values/page_state.js";
import { MOST_REMEMBERED, Remembered } from "../../static/js/values/remembered.js";
import { rowOf } from "./example.js";

/** @param {Map<string, string>} [items] */
function storageOf(items = new Map()) {
  return {
    items,
    getItem: (/** @type {string} */ key) => items.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ text) => void items.set(key, text),
  };
}

/** @returns {never} */
function refusing() {
  throw new DOMException("refused", "SecurityError");
}

test("view and look of an array are found again, and nothing else of its state", () => {
  const kept = new Kept(() => storage);
  const storage = storageOf();
  const state = parseArrayState("?view=line&scale=log&select=3&paused=1&range=1,2");
  new Remembered(kept).note(rowOf({ name: "a", shape: [4] }), state);
  const again = new Remembered(new Kept(() => storage));
  const found = again.find(rowOf({ name: "a", shape: [4], id: "box/9-9/a" }));
  assert.deepEqual(found, { view: "line", look: state.look });
  assert.equal(again.find(rowOf({ name: "a", shape: [5] })), null);
});

test("an array that is seen as usual again takes no room", () => {
  const storage = storageOf();
  const remembered = new Remembered(new Kept(() => storage));
  remembered.note(rowOf({ name: "a" }), parseArrayState("?view=line"));
  remembered.note(rowOf({ name: "a" }), parseArrayState(""));
  assert.deepEqual([...storage.items.values()], ["[]"]);
});

test("the array seen longest ago is forgotten first", () => {
  const storage = storageOf();
  const remembered = new Remembered(new Kept(() => storage));
  const state = parseArrayState("?view=line");
  for (let i = 0; i <= MOST_REMEMBERED; i++) remembered.note(rowOf({ name: `a${i}` }), state);
  assert.equal(remembered.find(rowOf({ name: "a0" })), null);
  assert.equal(remembered.find(rowOf({ name: "a1" }))?.view, "line");
});

test("where the browser keeps nothing, it is kept as long as the page", () => {
  const remembered = new Remembered(new Kept(refusing));
  assert.equal(remembered.find(rowOf({ name: "a" })), null);
  remembered.note(rowOf({ name: "a" }), parseArrayState("?view=line"));
  assert.equal(remembered.find(rowOf({ name: "a" }))?.view, "line");
});

test("nonsense that is kept is passed over", () => {
  for (const text of ["{", "null", "7", '{"a": 1}', '[["a"], 3, [1, 2]]']) {
    const storage = storageOf(new Map([["shmscope.seen", text]]));
    assert.equal(new Remembered(new Kept(() => storage)).find(rowOf({ name: "a" })), null);
  }
});
