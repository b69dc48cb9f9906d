import assert from "node:assert/strict";
import { test } from "node:test";
import { parseArrayState } from "../../static/js/values/page_state.js";
import { wishOf } from "../../static/js/values/wish.js";

/** @type {{counts: number[] | null, detail: import("../../static/js/views/types.js").Detail | null, records: boolean}} */
const NEW = { counts: null, detail: null, records: false };
const DETAIL = { most: [100, 200], reduce: /** @type {const} */ ("mean") };

/**
 * @param {string} query
 * @param {Partial<typeof NEW>} [screen]
 */
function viewOf(query, screen = {}) {
  return wishOf(parseArrayState(query), "...", { ...NEW, ...screen }).view;
}

test("at first nothing but the selection is asked for", () => {
  assert.deepEqual(viewOf(""), { select: "..." });
});

test("of records few are asked for before a view says which", () => {
  assert.deepEqual(viewOf("", { records: true }), { select: "...", max_points: 256 });
});

test("the address's part is asked for from the beginning", () => {
  assert.deepEqual(viewOf("?window=8:24,0:4").window, [
    [4, 28],
    [0, 5],
  ]);
});

test("what fits the screen is not reduced", () => {
  assert.deepEqual(viewOf("", { counts: [100, 200], detail: DETAIL }), { select: "..." });
});

test("what is larger than the screen is reduced to it", () => {
  const { most, reduce } = viewOf("", { counts: [1000, 200], detail: DETAIL });
  assert.deepEqual([most, reduce], [[100, 200], "mean"]);
});

test("a part that fits is asked for in full", () => {
  const view = viewOf("?window=8:24,0:40", { counts: [1000, 2000], detail: DETAIL });
  assert.equal(view.most, undefined);
  assert.deepEqual(view.window?.[0], [4, 28]);
});

test("a view that never shows all says what it shows", () => {
  const detail = {
    most: null,
    reduce: /** @type {const} */ ("stride"),
    window: [{ lo: 0, hi: 40 }],
  };
  assert.deepEqual(viewOf("", { counts: [1 << 30], detail }).window, [[0, 48]]);
});

test("what is said in the address is asked for", () => {
  const view = viewOf("?order=1,0&field=price&part=phase&against=copy:2");
  assert.deepEqual(view, {
    select: "...",
    order: [1, 0],
    field: "price",
    part: "phase",
    against: { copy: 2 },
  });
});
