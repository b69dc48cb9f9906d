import assert from "node:assert/strict";
import { test } from "node:test";
import { GridFollow } from "../../static/js/grid/follow.js";

const COUNTS = [1000, 1000];
const here = [
  { lo: 100, hi: 130 },
  { lo: 0, hi: 12 },
];
const there = [
  { lo: 500, hi: 900 },
  { lo: 40, hi: 90 },
];

test("a grid says where it is only after its user scrolled it, and once", () => {
  const follow = new GridFollow(COUNTS);
  assert.equal(follow.said(here), undefined);
  follow.lead();
  assert.deepEqual(follow.said(here), here);
  assert.equal(follow.said(here), undefined);
});

test("a grid does not scroll to where it has said that it is", () => {
  const follow = new GridFollow(COUNTS);
  follow.lead();
  follow.said(here);
  assert.equal(follow.notice(here), false);
});

test("a grid scrolls to where others are, and says nothing of it", () => {
  const follow = new GridFollow(COUNTS);
  follow.lead();
  assert.equal(follow.notice(there), true);
  assert.equal(follow.said(here), undefined);
  assert.equal(follow.notice(there), false);
  assert.equal(follow.notice(null), true);
});

test("what is seen whole is said as all", () => {
  const follow = new GridFollow([4, 4]);
  follow.notice([
    { lo: 0, hi: 2 },
    { lo: 0, hi: 4 },
  ]);
  follow.lead();
  assert.equal(
    follow.said([
      { lo: 0, hi: 4 },
      { lo: 0, hi: 4 },
    ]),
    null,
  );
});

test("the same part is asked for once", () => {
  const follow = new GridFollow(COUNTS);
  assert.deepEqual(follow.asked(here), here);
  assert.equal(follow.asked([...here]), null);
  assert.deepEqual(follow.asked(there), there);
});
