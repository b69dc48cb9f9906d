import assert from "node:assert/strict";
import { test } from "node:test";
import * as viewport from "../../static/js/values/viewport.js";
import { schemaOf } from "./example.js";

test("a part that is all is no part", () => {
  assert.equal(viewport.clampViewport(viewport.wholeOf([9, 7]), [9, 7]), null);
});

test("a part is moved back into the selection, and keeps its size", () => {
  const moved = viewport.clampViewport(
    [
      { lo: -3, hi: 2 },
      { lo: 4, hi: 9 },
    ],
    [20, 8],
  );
  assert.deepEqual(moved, [
    { lo: 0, hi: 5 },
    { lo: 3, hi: 8 },
  ]);
});

test("a zoom ends at two elements", () => {
  const [range] = viewport.clampViewport([{ lo: 10.4, hi: 10.6 }], [100]) ?? [];
  assert.deepEqual(range, { lo: 9.5, hi: 11.5 });
});

test("the place under the pointer stays where it is", () => {
  const before = viewport.wholeOf([100, 100]);
  const [down, across] = viewport.zoomed(before, 4, [25, null]);
  assert.deepEqual(down, { lo: 18.75, hi: 43.75 });
  assert.deepEqual(across, { lo: 0, hi: 100 });
});

test("what is asked for holds what is seen, with a margin, and small moves ask for nothing new", () => {
  const counts = [4096];
  const asked = viewport.askedWindow([{ lo: 1000.2, hi: 1100.7 }], counts);
  assert.deepEqual(viewport.askedWindow([{ lo: 1001, hi: 1101.5 }], counts), asked);
  const [[lo, hi] = [0, 0]] = asked ?? [];
  assert.ok(lo <= 1000 && lo > 900 && hi >= 1101 && hi < 1200, String(asked));
});

test("all is asked for without a window", () => {
  assert.equal(viewport.askedWindow(null, [9]), null);
  assert.equal(viewport.askedWindow([{ lo: 0.5, hi: 8.9 }], [9]), null);
});

test("what lies beyond the selection is not asked for", () => {
  assert.deepEqual(viewport.askedWindow([{ lo: 500, hi: 600 }], [100]), [[99, 100]]);
});

test("a margin is asked for in the detail of what is seen", () => {
  assert.deepEqual(viewport.mostOf([100], [{ lo: 10, hi: 20 }], [[5, 25]]), [200]);
});

test("a frame of another part is drawn where it belongs", () => {
  const schema = schemaOf([100], {
    selected: [{ axis: 0, start: 0, step: 1, count: 100 }],
    window: [[20, 60]],
    axes: [{ axis: 0, start: 20, step: 4, count: 10 }],
    reduced: [4],
    how: "mean",
  });
  assert.deepEqual(viewport.spanOnScreen(schema, 0, null), { lo: 0.2, hi: 0.6 });
  assert.deepEqual(viewport.spanOnScreen(schema, 0, [{ lo: 40, hi: 60 }]), { lo: -1, hi: 1 });
  assert.equal(viewport.elementAt(schema, 0, 31), 2);
  assert.equal(viewport.elementAt(schema, 0, 60), null);
});

test("a place of a selection is an index of the array", () => {
  const schema = schemaOf([10], { selected: [{ axis: 0, start: 90, step: -2, count: 10 }] });
  assert.equal(viewport.indexOf(schema, 0, 3.7), 84);
});
