import assert from "node:assert/strict";
import { test } from "node:test";
import * as users from "../../static/js/overview/users.js";
import { foreignRowOf, rowOf } from "./example.js";

test("users are counted by what they may do, briefly and in words", () => {
  /** @type {[import("../../static/js/page/types.js").Users | null, string, string][]} */
  const cases = [
    [
      { rw: 2, r: 1, open: 0 },
      "2 rw, 1 r",
      "2 processes map it to read and write, 1 process maps it to read.",
    ],
    [{ rw: 0, r: 0, open: 1 }, "1 open", "1 process holds it open."],
    [{ rw: 0, r: 0, open: 0 }, "nobody", "No process maps it or holds it open."],
    [null, "?", "Nobody is seen to use it, but some processes may not be looked at."],
  ];
  for (const [counts, briefly, words] of cases) {
    assert.equal(users.usersBriefly(counts), briefly);
    assert.equal(users.usersInWords({ users: counts, mechanism: "memfd" }), words);
  }
});

test("the users of a Manager's object are its server's to know", () => {
  assert.match(users.usersInWords({ users: null, mechanism: "Manager" }), /Manager/);
});

test("dots are as many as fit, those that can write first", () => {
  assert.deepEqual(users.usersAsDots({ rw: 1, r: 2, open: 1 }, 8), ["rw", "r", "r", "open"]);
  assert.deepEqual(users.usersAsDots({ rw: 1, r: 1e9, open: 1 }, 3), ["rw", "r", "r"]);
  assert.deepEqual(users.usersAsDots(null, 8), []);
});

test("a published array shows writers, even while it has none", () => {
  assert.equal(users.hasWriters(rowOf({})), true);
  assert.equal(users.hasWriters(foreignRowOf({})), false);
  assert.equal(users.hasWriters(foreignRowOf({ writers: [/** @type {any} */ ({})] })), true);
});

test("processes that may not be looked at are said, and what helps", () => {
  assert.equal(users.hiddenInWords(0), "");
  assert.match(users.hiddenInWords(1), /^1 process may not be looked at: .*\.$/);
  assert.match(users.hiddenInWords(3), /^3 processes may not be looked at: .*\.$/);
});
