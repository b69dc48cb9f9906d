import assert from "node:assert/strict";
import { test } from "node:test";
import { absenceInWords } from "../../static/js/fleet/absence.js";
import * as model from "../../static/js/together/model.js";

const NOW_UNIX_S = 1_700_000_000;

/**
 * @param {string} host
 * @param {string} name
 * @param {object} [more]
 */
function row(host, name, more) {
  const id = `${encodeURIComponent(host)}/1-2/${name}`;
  return /** @type {any} */ ({ host, name, id, gone_s: null, ...more });
}

/**
 * @param {object[]} hosts
 * @param {object[]} arrays
 */
function body(hosts, arrays) {
  return /** @type {any} */ ({ hosts, arrays });
}

const HERE = { host: "gpu node", state: "reachable", since_s: 9, heard_s: 0, arrays: 1 };

test("an array of a host that is away is neither gone nor absent, and says why", () => {
  const rows = [row("b", "heat")];
  assert.equal(model.fateOf(rows, "b/1-2/heat", true).kind, "here");
  const fate = model.fateOf(rows, "b/1-2/heat", true, "b is unreachable");
  assert.equal(fate.kind, "away");
  assert.equal(model.fateInWords(fate, "b/1-2/heat"), "b is unreachable");
  assert.equal(model.fateOf([], "b/1-2/heat", true, "not seen").kind, "away");
  assert.equal(model.fateOf([], "b/1-2/heat", true).kind, "gone");
});

test("a host that is heard of is not away, and one that is not is so for a reason", () => {
  const of = (/** @type {any} */ told) => absenceInWords(told, "gpu node", NOW_UNIX_S, true);
  assert.equal(of(body([HERE], [row("gpu node", "heat")])), "");
  assert.equal(of(body([{ ...HERE, arrays: 0 }], [])), "");
  assert.match(of(body([], [])), /has been seen since this hub was started/);
  assert.match(of(body([HERE], [row("other", "heat")])), /being listed/);
  // Its agent is there, and has not said yet what it has.
  assert.match(of(body([{ ...HERE, arrays: 0, heard_s: null }], [])), /being listed/);
  const lost = { ...HERE, state: "unreachable" };
  assert.match(of(body([lost], [row("gpu node", "heat")])), /^gpu node is unreachable since/);
});

test("an array of a name that several hosts have is meant by host and name", () => {
  const rows = [row("b", "heat"), row("gpu node", "heat"), row("b", "tape")];
  assert.deepEqual([...model.namesOf(rows).keys()], ["b/heat", "gpu node/heat", "tape"]);
  assert.deepEqual(model.arrayMeant(rows, "gpu node/heat"), { id: "gpu%20node/1-2/heat" });
  assert.match(Object(model.arrayMeant(rows, "heat")).problem, /^2 arrays/);
});

test("arrays of one name on one host are meant by their ids", () => {
  const other = row("b", "heat", { id: "b/3-4/heat" });
  const rows = [row("b", "heat"), other];
  assert.deepEqual([...model.namesOf(rows).keys()], ["b/1-2/heat", "b/3-4/heat"]);
});

test("an id has three parts, whatever they are", () => {
  assert.equal(model.isId("gpu%20node/1-2/a%2Fb"), true);
  for (const text of ["", "a", "a/b", "a//b", "/a/b", "a/b/c/d"])
    assert.equal(model.isId(text), false);
});

test("host and name are read from an id", () => {
  assert.equal(model.hostOf("gpu%20node/1-2/a%2Fb"), "gpu node");
  assert.equal(model.nameOf("gpu%20node/1-2/a%2Fb"), "a/b");
  assert.equal(model.hostOf("%FF/1-2/a"), "%FF");
});
