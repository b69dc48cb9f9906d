import assert from "node:assert/strict";
import { test } from "node:test";
import { ArrayApi, listAddress, problemFrom, Refusal } from "../../static/js/values/array_api.js";

/**
 * @param {number} status
 * @param {unknown} body
 */
function answering(status, body) {
  /** @type {any[]} */
  const asked = [];
  /** @type {any} */
  const fetch = async (/** @type {string} */ address, /** @type {any} */ request) => {
    asked.push({ address, ...request });
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return new Response(text, { status });
  };
  return { api: new ArrayApi("box/1b-2/a%2Fb", fetch), asked };
}

test("a layout is kept by a PUT of JSON to the array's own address", async () => {
  const { api, asked } = answering(200, { name: "a/b" });
  assert.deepEqual(await api.keep({ dtype: "<f4" }, false), { name: "a/b" });
  assert.equal(asked[0].method, "PUT");
  assert.equal(asked[0].address, "/api/v1/arrays/box/1b-2/a%2Fb/layout");
  assert.equal(asked[0].headers["content-type"], "application/json");
  assert.deepEqual(JSON.parse(asked[0].body), { dtype: "<f4" });
});

test("a suggestion is kept as what it is", async () => {
  const { api, asked } = answering(200, {});
  await api.keep({ dtype: "<f4" }, true);
  assert.deepEqual(JSON.parse(asked[0].body), { dtype: "<f4", provenance: "guessed" });
});

test("what asks for something has no body", async () => {
  const { api, asked } = answering(200, { guesses: [] });
  assert.deepEqual(await api.guesses(), []);
  await api.forget();
  assert.deepEqual(
    asked.map(({ method, body }) => [method, body]),
    [
      ["GET", undefined],
      ["DELETE", undefined],
    ],
  );
  assert.equal("content-type" in asked[1].headers, false);
});

test("a watch is asked for by a POST and dropped by a DELETE of its number", async () => {
  const { api, asked } = answering(201, { number: 7 });
  const wish = /** @type {const} */ ({ kind: "mean", select: "0:9", field: null, part: null });
  assert.equal((await api.watch(wish)).number, 7);
  await api.unwatch(7);
  assert.deepEqual(
    asked.map(({ method, address }) => [method, address.split("/").slice(-2).join("/")]),
    [
      ["POST", "a%2Fb/watches"],
      ["DELETE", "watches/7"],
    ],
  );
  assert.deepEqual(JSON.parse(asked[0].body), wish);
});

test("a refusal brings the server's problem along, field and all", async () => {
  const problem = { title: "Unprocessable", detail: "no dtype", status: 422, field: "dtype" };
  const { api } = answering(422, problem);
  const error = await api.keep({ dtype: "<f5" }, false).catch((reason) => reason);
  assert.ok(error instanceof Refusal);
  assert.deepEqual(problemFrom(error), problem);
});

test("an answer that is no problem document is a sentence all the same", async () => {
  for (const body of ["<html>", "{}", "null", '{"detail": 7}']) {
    const { api } = answering(502, body);
    const error = await api.layout().catch((reason) => reason);
    assert.equal(problemFrom(error).detail, "The server answered with status 502.");
  }
});

test("an answer that is no JSON is a refusal, though its status is good", async () => {
  const { api } = answering(200, "<html>");
  await assert.rejects(api.layout(), Refusal);
});

test("a server that is away is said to be", async () => {
  const api = new ArrayApi("a", () => Promise.reject(new TypeError("fetch failed")));
  const error = await api.guesses().catch((reason) => reason);
  assert.equal(problemFrom(error).detail, "The server is not reachable.");
});

test("whatever else goes wrong is a problem too", () => {
  assert.match(problemFrom(new TypeError("oops")).detail, /oops/);
});

test("arrays beside one are those of its own host", () => {
  assert.equal(listAddress("b%20c/1-2/heat", undefined), "/api/v1/arrays");
  assert.equal(listAddress("b%20c/1-2/heat", "b c"), "/api/v1/arrays");
  assert.equal(listAddress("b%20c/1-2/heat", "hub"), "/api/v1/fleet/hosts/b%20c/arrays");
});
