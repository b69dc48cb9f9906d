import assert from "node:assert/strict";
import { test } from "node:test";
import { Sight } from "../../static/js/heat/sight.js";
import { actOn, pressOn } from "../../static/js/heat/stage_keys.js";

const PLANE = { down: 0, across: 1 };

/** @param {import("../../static/js/views/types.js").Viewport | null} [viewport] */
function sightOf(viewport = null) {
  /** @type {(import("../../static/js/views/types.js").Viewport | null)[]} */
  const shown = [];
  const sight = new Sight((next) => shown.push(next));
  sight.set([100, 200], viewport, PLANE);
  return { sight, shown };
}

test("what is pointed at stays where it is while zooming", () => {
  const { sight } = sightOf();
  const point = { x: 0.25, y: 0.6 };
  const before = sight.placeAt(point);
  sight.zoom(3, point);
  const after = sight.placeAt(point);
  assert.ok(Math.abs(before.row - after.row) < 1e-9);
  assert.ok(Math.abs(before.column - after.column) < 1e-9);
  assert.ok(Math.abs(sight.rows.hi - sight.rows.lo - 100 / 3) < 1e-9);
});

test("one axis alone can be zoomed", () => {
  const { sight } = sightOf();
  sight.zoom(2, { x: 0.5, y: 0.5 }, "across");
  assert.deepEqual(sight.rows, { lo: 0, hi: 100 });
  assert.deepEqual(sight.columns, { lo: 50, hi: 150 });
});

test("zooming out ends with all, and says nothing more", () => {
  const { sight, shown } = sightOf();
  sight.zoom(2);
  sight.zoom(0.1);
  sight.zoom(0.1);
  assert.deepEqual(shown.at(-1), null);
  assert.equal(shown.length, 2);
  assert.equal(sight.zoomed, false);
});

test("panning stops at the edge", () => {
  const { sight } = sightOf();
  sight.zoom(2);
  sight.pan(-5, 0.1);
  assert.deepEqual(sight.columns, { lo: 0, hi: 100 });
  assert.deepEqual(sight.rows, { lo: 30, hi: 80 });
});

test("a box is what is seen afterwards, wherever it was begun", () => {
  const { sight } = sightOf();
  sight.box({ x: 0.75, y: 0.1 }, { x: 0.25, y: 0.3 });
  assert.deepEqual(sight.rows, { lo: 10, hi: 30 });
  assert.deepEqual(sight.columns, { lo: 50, hi: 150 });
});

test("what is between two fingers stays between them", () => {
  const { sight } = sightOf();
  sight.zoom(4);
  const middle = sight.placeAt({ x: 0.5, y: 0.5 });
  sight.pinch(
    [
      { x: 0.4, y: 0.5 },
      { x: 0.6, y: 0.5 },
    ],
    [
      { x: 0.4, y: 0.4 },
      { x: 0.8, y: 0.4 },
    ],
  );
  const after = sight.placeAt({ x: 0.6, y: 0.4 });
  assert.ok(Math.abs(after.row - middle.row) < 1e-6);
  assert.ok(Math.abs(after.column - middle.column) < 1e-6);
  assert.ok(Math.abs(sight.columns.hi - sight.columns.lo - 25) < 1e-6);
});

test("keys zoom, move and show all; the browser's own stay its own", () => {
  const { sight } = sightOf();
  /** @param {string} key @param {boolean} [ctrlKey] */
  const press = (key, ctrlKey = false) =>
    pressOn(sight, { key, ctrlKey, metaKey: false, altKey: false });
  assert.equal(press("+"), true);
  const { lo } = sight.columns;
  assert.equal(press("ArrowRight", true), true);
  assert.ok(sight.columns.lo > lo);
  assert.equal(press("+", true), false);
  assert.equal(press("ArrowRight"), false);
  assert.equal(press("0"), true);
  assert.equal(sight.zoomed, false);
  assert.equal(actOn(sight, "copy"), false);
});

test("axes that are not drawn are left alone", () => {
  /** @type {unknown} */
  let shown = null;
  const sight = new Sight((next) => {
    shown = next;
  });
  sight.set([3, 40, 80], null, { down: 1, across: 2 });
  sight.zoom(2);
  assert.deepEqual(shown, [
    { lo: 0, hi: 3 },
    { lo: 10, hi: 30 },
    { lo: 20, hi: 60 },
  ]);
});
