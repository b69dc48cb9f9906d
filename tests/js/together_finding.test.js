import assert from "node:assert/strict";
import { test } from "node:test";
import { findArray, searchesFor } from "../../static/js/together/finding.js";

/**
 * @param {string} host
 * @param {string} name
 * @param {object} [more]
 */
function row(host, name, more) {
  const id = `${encodeURIComponent(host)}/1-2/${name}`;
  return /** @type {any} */ ({ host, name, id, gone_s: null, ...more });
}

/** @param {string} text */
function asked(text) {
  return searchesFor(text).map((address) => {
    const query = new URLSearchParams(address.slice(address.indexOf("?")));
    return [query.get("host"), query.get("match")];
  });
}

/**
 * A hub that answers each search in turn.
 *
 * @param {object[][]} answers
 * @param {number} [total]
 */
function hub(answers, total) {
  const left = [...answers];
  return async () => {
    const arrays = /** @type {any[]} */ (left.shift() ?? []);
    return { arrays, total: total ?? arrays.length };
  };
}

test("a text may be host and name, an id, a name, or part of one", () => {
  assert.deepEqual(asked("heat"), [
    ["*", "heat"],
    ["*", "*heat*"],
  ]);
  assert.deepEqual(asked("gpu node/heat")[0], ["gpu node", "heat"]);
  assert.deepEqual(asked("gpu%20node/1-2/a%2Fb")[1], ["gpu node", "a/b"]);
});

test("what means something in a pattern stands for itself", () => {
  assert.deepEqual(asked("a[0]*?")[0], ["*", "a[[]0][*][?]"]);
});

test("the first search that finds an array tells which is meant", async () => {
  assert.deepEqual(await findArray("b/heat", hub([[row("b", "heat")]])), { id: "b/1-2/heat" });
  const late = hub([[], [], [row("c", "heat")]]);
  assert.deepEqual(await findArray("c/heat", late), { id: "c/1-2/heat" });
  assert.deepEqual(await findArray("eat", hub([[], [row("c", "heat")]])), { id: "c/1-2/heat" });
});

test("of arrays of one name the one of that id is meant", async () => {
  const two = [row("b", "heat"), row("b", "heat", { id: "b/3-4/heat" })];
  assert.deepEqual(await findArray("b/3-4/heat", hub([[], two])), { id: "b/3-4/heat" });
});

test("an array that went is not meant", async () => {
  const gone = row("b", "heat", { gone_s: 1 });
  assert.match(Object(await findArray("heat", hub([[gone]]))).problem, /^No array is called/);
});

test("where several are meant, or none, that is said", async () => {
  const several = [row("b", "heat"), row("c", "heat")];
  assert.match(Object(await findArray("heat", hub([several]))).problem, /^2 arrays/);
  assert.match(Object(await findArray("heat", hub([several], 900))).problem, /^900 arrays/);
  assert.match(Object(await findArray("x", async () => null)).problem, /^No array is called x/);
  assert.match(Object(await findArray("", hub([several]))).problem, /^No array/);
});
