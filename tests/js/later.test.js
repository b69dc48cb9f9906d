import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { insist, Later } from "../../static/js/page/later.js";

test("what is to be done with it waits for it, and is done in the order asked for", async () => {
  const coming = deferred();
  const later = new Later(coming.promise);
  /** @type {unknown[]} */
  const done = [];
  later.use((value) => done.push([1, value]));
  later.use((value) => done.push([2, value]));
  assert.deepEqual(done, []);
  coming.resolve("here");
  await coming.promise;
  assert.deepEqual(done, [
    [1, "here"],
    [2, "here"],
  ]);
});

test("once it is there, nothing waits", async () => {
  const later = new Later(Promise.resolve(7));
  await Promise.resolve();
  let found = 0;
  later.use((value) => {
    found = value;
  });
  assert.equal(found, 7);
});

test("what never comes is told once, and nothing is kept for it", async () => {
  const told = mock.method(console, "error", () => {});
  const later = new Later(Promise.reject(new Error("no answer")));
  later.use(() => assert.fail("it is not there"));
  await new Promise((resolve) => setImmediate(resolve));
  later.use(() => assert.fail("it never comes"));
  assert.equal(told.mock.callCount(), 1);
  told.mock.restore();
});

test("what could not be fetched is fetched again, after longer and longer pauses", async () => {
  let tries = 0;
  /** @type {number[]} */
  const pauses = [];
  const fetch = async () => {
    tries += 1;
    if (tries < 4) throw new Error("the server is not there");
    return tries;
  };
  assert.equal(await insist(fetch, async (ms) => void pauses.push(ms)), 4);
  assert.deepEqual(pauses, [250, 500, 1000]);
});

test("what cannot be fetched is given up in the end", async () => {
  let tries = 0;
  const fetch = async () => {
    tries += 1;
    throw new Error("no such file");
  };
  await assert.rejects(
    insist(fetch, async () => {}),
    /no such file/,
  );
  assert.equal(tries, 8);
});

function deferred() {
  /** @type {(value: string) => void} */
  let resolve = () => {};
  /** @type {Promise<string>} */
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
