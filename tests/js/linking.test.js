import assert from "node:assert/strict";
import { test } from "node:test";
import { fittedChange, sharedChange } from "../../static/js/together/linking.js";
import { parseArrayState } from "../../static/js/values/page_state.js";

const BOTH = { places: true, looks: true };
const usual = parseArrayState("");

/** @param {Partial<import("../../static/js/together/linking.js").Target>} more */
function targetOf(more) {
  return { state: usual, shape: [4, 64, 64], kept: 2, ...more };
}

test("what is seen and how goes to the others, as far as it is linked", () => {
  const after = parseArrayState("?select=2,:,:&window=1:5,2:9&map=magma&view=heat&field=x&rate=30");
  const all = sharedChange(usual, after, BOTH);
  assert.deepEqual(Object.keys(all).sort(), ["look", "rate_hz", "select", "viewport"]);
  assert.deepEqual(all.look, { map: after.look.map });
  const alone = sharedChange(usual, after, { places: false, looks: false });
  assert.deepEqual(alone, { rate_hz: 30 });
});

test("what has not changed goes nowhere", () => {
  const state = parseArrayState("?select=2,:,:&window=1:5,2:9&map=magma");
  assert.deepEqual(sharedChange(state, structuredClone(state), BOTH), {});
});

test("pause and rate go to panels of any shape", () => {
  const change = { rate_hz: 5, paused: true, select: "0", viewport: null };
  const fitted = fittedChange(change, 3, targetOf({ shape: null, kept: null }));
  assert.deepEqual(fitted, { rate_hz: 5, paused: true });
});

test("an index beyond the end of a smaller array becomes its last", () => {
  const fitted = fittedChange({ select: "9, :, 3:500" }, 3, targetOf({}));
  assert.deepEqual(fitted, { select: "3, :, 3:500" });
  const last = fittedChange({ select: "-1, :, :" }, 3, targetOf({}));
  assert.deepEqual(last, { select: "-1, :, :" });
});

test("places go only to arrays with as many axes", () => {
  const change = { select: "1, :", order: [1, 0], viewport: null };
  assert.equal(fittedChange(change, 2, targetOf({})), null);
});

test("a part of the selection goes only where the selection has as many axes", () => {
  const viewport = [{ lo: 2, hi: 4 }];
  assert.equal(fittedChange({ viewport }, 3, targetOf({})), null);
  assert.deepEqual(fittedChange({ viewport }, 3, targetOf({ kept: 1 })), { viewport });
});

test("of a look only what has changed takes the place of the other's", () => {
  const state = parseArrayState("?scale=log&map=magma");
  const look = /** @type {any} */ ({ clip: 2 });
  const fitted = fittedChange({ look }, 2, targetOf({ state }));
  assert.deepEqual(fitted?.look, { ...state.look, clip: 2 });
});

test("a panel that is there already is left alone", () => {
  const state = parseArrayState("?select=1,:,:");
  const fitted = fittedChange({ select: state.select }, 3, targetOf({ state }));
  assert.equal(fitted, null);
});
