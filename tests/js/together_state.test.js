import assert from "node:assert/strict";
import { test } from "node:test";
import * as together from "../../static/js/together/state.js";
import { parseArrayState } from "../../static/js/values/page_state.js";

const WILD = "box/1-2/%3Cimg%20src=x%3E&s=";

test("arrays that are seen as usual make a short address", () => {
  const common = { rate_hz: 10, paused: false };
  const panels = ["a", "b"].map((id) => ({ id, state: parseArrayState("") }));
  assert.equal(together.formatTogether({ panels, ...common }), "?array=a&array=b");
});

test("several arrays and what is seen of each come back as they were written", () => {
  const common = { rate_hz: 30, paused: true };
  const state = { ...parseArrayState("?view=heat&select=0:9,::2&window=1:5,2:9"), ...common };
  const plain = { ...parseArrayState(""), ...common };
  const panels = [
    { id: WILD, state },
    { id: "box/1-2/b", state: plain },
    { id: "box/1-2/b", state },
  ];
  const query = together.formatTogether({ panels, ...common });
  assert.deepEqual(together.parseTogether(query), { panels, ...common, left_out: 0 });
});

test("what the address does not tell of the last arrays is not known", () => {
  const { panels } = together.parseTogether("?array=a&array=b&s=view%3Dheat");
  assert.equal(panels[0]?.state?.view, "heat");
  assert.equal(panels[1]?.state, null);
});

test("arrays alone make a short address", () => {
  const address = together.togetherAddress(["box/1-2/a", "box/1-2/b"]);
  assert.equal(address, "/together?array=box/1-2/a&array=box/1-2/b");
});

test("an array goes beside others as it is seen now", () => {
  const state = parseArrayState("?view=line&rate=60&map=magma");
  const { panels, rate_hz } = together.parseTogether(
    together.besideAddress("box/1-2/a", state).replace("/together", ""),
  );
  assert.equal(rate_hz, 60);
  assert.deepEqual(panels, [{ id: "box/1-2/a", state }]);
});

test("no more arrays are shown than the server answers for, and how many are left out is said", () => {
  const many = Array.from({ length: together.MOST_PANELS + 3 }, (_, i) => `array=${i}`);
  const { panels, left_out } = together.parseTogether(`?${many.join("&")}`);
  assert.equal(panels.length, together.MOST_PANELS);
  assert.equal(left_out, 3);
});

test("a panel moves by a place, and stays at the ends", () => {
  const items = ["a", "b", "c"];
  assert.deepEqual(together.moved(items, "a", 1), ["b", "a", "c"]);
  assert.deepEqual(together.moved(items, "c", -1), ["a", "c", "b"]);
  assert.deepEqual(together.moved(items, "a", -1), items);
  assert.deepEqual(together.moved(items, "c", 1), items);
});
