import assert from "node:assert/strict";
import { test } from "node:test";
import { axesOf, withIndex, withRole } from "../../static/js/values/axes_model.js";

const SHAPE = [4, 5, 6];

/** @param {import("../../static/js/values/axes_model.js").Choice} choice */
function rolesOf(choice) {
  return axesOf(choice, SHAPE)?.map(({ role }) => role);
}

/**
 * @param {import("../../static/js/values/axes_model.js").Choice} choice
 * @param {number} axis
 * @param {"down" | "across"} role
 */
function given(choice, axis, role) {
  return withRole(axesOf(choice, SHAPE) ?? [], choice, axis, role);
}

test("the last two axes that are left run down and across", () => {
  assert.deepEqual(rolesOf({ select: "0, :, :", order: null }), ["index", "down", "across"]);
  assert.deepEqual(rolesOf({ select: "...", order: null }), ["kept", "down", "across"]);
  assert.deepEqual(rolesOf({ select: ":, 2, 0", order: null }), ["across", "index", "index"]);
  assert.deepEqual(rolesOf({ select: ":, 2, :", order: [1, 0] }), ["across", "index", "down"]);
});

test("an index from the end is told from the start", () => {
  assert.equal(axesOf({ select: "-1, ...", order: null }, SHAPE)?.[0]?.index, 3);
});

test("a text that cannot be understood has no axes", () => {
  assert.equal(axesOf({ select: "0, 0, 0, 0", order: null }, SHAPE), null);
});

test("an axis at an index takes the place of the one that ran there", () => {
  const choice = given({ select: "2, :, ::2", order: null }, 0, "across");
  assert.deepEqual(choice, { select: ":, :, 0", order: [1, 0] });
  assert.deepEqual(rolesOf(choice), ["across", "down", "index"]);
});

test("two axes on the screen change places", () => {
  const choice = given({ select: "2, :, ::2", order: null }, 1, "across");
  assert.deepEqual(choice, { select: "2, :, ::2", order: [1, 0] });
  assert.deepEqual(given(choice, 1, "down"), { select: "2, :, ::2", order: null });
});

test("a second axis joins where only one was left", () => {
  const choice = given({ select: "1, :, 3", order: null }, 2, "down");
  assert.deepEqual(choice, { select: "1, :, :", order: [1, 0] });
});

test("an index stays within its axis and changes its own entry only", () => {
  const choice = { select: "2, ..., ::2", order: null };
  const axes = axesOf(choice, SHAPE) ?? [];
  assert.equal(withIndex(axes, choice, 0, 3).select, "3, :, ::2");
  assert.equal(withIndex(axes, choice, 0, 99).select, "3, :, ::2");
  assert.equal(withIndex(axes, choice, 0, -5).select, "0, :, ::2");
});
