import assert from "node:assert/strict";
import { test } from "node:test";
import { OwnLayout, SETTLING_MS } from "../../static/js/layout/own_layout.js";
import { rowOf } from "./example.js";

const BYTES = rowOf({ dtype_spec: "|u1", shape: [64] });
const FLOATS = rowOf({ dtype_spec: "<f4", shape: [16] });

test("the first layout is taken, and then only another one", () => {
  const own = new OwnLayout();
  assert.equal(own.take(BYTES, 0), true);
  assert.equal(own.take({ ...BYTES, writes: 7 }, 500), false);
  assert.equal(own.take(FLOATS, 1000), true);
  assert.equal(own.take(BYTES, 1500), true);
});

test("a row from before a change does not bring the old layout back", () => {
  const own = new OwnLayout();
  own.take(BYTES, 0);
  assert.equal(own.change(FLOATS, 1000), true);
  assert.equal(own.take(BYTES, 1100), false);
  assert.equal(own.take(FLOATS, 1500), false);
});

test("somebody else may bring the old layout back later", () => {
  const own = new OwnLayout();
  own.take(BYTES, 0);
  own.change(FLOATS, 1000);
  assert.equal(own.take(BYTES, 1000 + SETTLING_MS), true);
});

test("a change that changes nothing waits for nothing", () => {
  const own = new OwnLayout();
  own.take(BYTES, 0);
  assert.equal(own.change(BYTES, 1000), false);
  assert.equal(own.take(FLOATS, 1001), true);
});
