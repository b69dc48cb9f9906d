import assert from "node:assert/strict";
import { test } from "node:test";
import * as state from "../../static/js/values/page_state.js";

test("what stands by itself leaves no trace in the address", () => {
  assert.equal(state.formatArrayState(state.parseArrayState("")), "");
  assert.equal(state.formatOverviewState(state.parseOverviewState("")), "");
});

test("an array's state comes back as it was written", () => {
  const asked = {
    view: "heat",
    select: "0:256, ::2",
    rate_hz: 30,
    paused: true,
    range: { lo: -1.5, hi: 20 },
    layout: { dtype: "time:<f8, price:<f4", shape: "-1, 4", offset: 64 },
    order: [1, 0],
    field: "price",
    part: /** @type {const} */ ("phase"),
    viewport: [
      { lo: 0, hi: 12.5 },
      { lo: 3, hi: 9 },
    ],
    against: { copy: 3 },
    look: {
      map: "viridis",
      scale: /** @type {const} */ ("symlog"),
      clip: 1,
      reduce: /** @type {const} */ ("max"),
      format: "hex",
      changes: true,
    },
  };
  assert.deepEqual(state.parseArrayState(state.formatArrayState(asked)), asked);
});

test("slices stay readable in the address", () => {
  const query = state.formatArrayState({ ...state.parseArrayState(""), select: "0:9,::2" });
  assert.equal(query, "?select=0:9,::2");
});

test("layouts stay readable in the address, as far as it allows", () => {
  const layout = { dtype: "u1", shape: "4, -1" };
  const query = state.formatArrayState({ ...state.parseArrayState(""), layout });
  assert.equal(query, "?layout={%22dtype%22:%22u1%22,%22shape%22:%224,+-1%22}");
});

test("an overview's state comes back as it was written", () => {
  const asked = {
    filter: "health:critical heat & co",
    sort: "rate",
    descending: true,
    everything: true,
  };
  assert.deepEqual(state.parseOverviewState(state.formatOverviewState(asked)), asked);
});

test("nonsense in the address is passed over", () => {
  const parsed = state.parseArrayState("?rate=1000000&range=9,1&paused=maybe&layout={x");
  assert.deepEqual(parsed, state.parseArrayState(""));
  const more = "?order=0,0&window=9:1&part=whole&against=&map=mud&scale=sly&clip=-3&format=<b>";
  assert.deepEqual(state.parseArrayState(more), state.parseArrayState(""));
  assert.equal(state.parseArrayState("?range=nan,inf").range, null);
});

test("what the timeline is about comes back as it was written", () => {
  assert.equal(state.formatHostState(state.parseHostState("")), "");
  assert.deepEqual(state.parseHostState(state.formatHostState({ about: "stalled" })), {
    about: "stalled",
  });
});
