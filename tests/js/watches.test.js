import assert from "node:assert/strict";
import { test } from "node:test";
import { firstWithin, formatPast, SPANS, spanTicks } from "../../static/js/traces/time_span.js";
import {
  elementWish,
  latestText,
  selectionSeen,
  watchText,
  watchTrace,
} from "../../static/js/traces/watch_model.js";
import { schemaOf } from "./example.js";

const [MINUTES, MINUTE, SECONDS] = /** @type {any[]} */ (SPANS);

/**
 * @param {Partial<import("../../static/js/page/types.js").Watch>} [more]
 * @returns {import("../../static/js/page/types.js").Watch}
 */
function watchOf(more) {
  return {
    number: 1,
    kind: "mean",
    select: "0:10",
    field: null,
    part: null,
    label: "mean of [0:10]",
    rate_hz: 10,
    unit: "mm",
    latest: 2.5,
    problem: null,
    age_s: Float32Array.of(90, 30, 5, 0),
    values: Float64Array.of(1, Number.NaN, 4, 2.5),
    ...more,
  };
}

test("a trace runs up to now, what was not read is a gap", () => {
  const { time_s, values } = watchTrace(watchOf(), MINUTES);
  assert.deepEqual(time_s, [-90, -30, -5, -0]);
  assert.deepEqual(values, [1, null, 4, 2.5]);
});

test("a span keeps one sample before it, so that the line comes from somewhere", () => {
  assert.deepEqual(watchTrace(watchOf(), SECONDS).values, [null, 4, 2.5]);
  assert.equal(firstWithin(Float32Array.of(90, 80), 10), 1);
  assert.equal(firstWithin([], 10), 0);
});

test("ticks always end at now, and are as many as fit", () => {
  assert.deepEqual(spanTicks(MINUTES, 9), [-300, -240, -180, -120, -60, 0]);
  assert.deepEqual(spanTicks(MINUTES, 3), [-240, -120, 0]);
  assert.deepEqual(spanTicks(SECONDS, 9), [-10, -8, -6, -4, -2, 0]);
  const words = [0, -60].map((time_s) => formatPast(MINUTES, time_s));
  assert.deepEqual(words, ["now", "-1 min"]);
  assert.equal(formatPast(MINUTE, -20), "-20 s");
});

test("the newest value has its unit; none has none", () => {
  assert.equal(latestText(watchOf()), "2.50000 mm");
  assert.equal(latestText(watchOf({ latest: null })), "–");
});

test("the text equivalent says what, since when and how far", () => {
  const watch = watchOf();
  const { values } = watchTrace(watch, MINUTES);
  const text = "mean of [0:10], last five minutes: from 1 to 4, now 2.50000 mm";
  assert.equal(watchText(watch, values, MINUTES), text);
  assert.equal(watchText(watch, [null], SECONDS), "mean of [0:10], last ten seconds: no value");
});

test("an element of a selection is watched by its index in the whole array", () => {
  const selected = [{ axis: 1, start: 4, step: 2, count: 3 }];
  const schema = schemaOf([9, 9], { select: "3, 4:10:2", selected, axes: selected });
  assert.equal(elementWish(schema, [6]).select, "3, 6");
  assert.equal(elementWish(schema, [3, 6]).select, "3, 6");
});

test("an element of turned axes is found by their own numbers", () => {
  const turned = schemaOf([5, 7], {
    order: [1, 0],
    selected: [
      { axis: 1, start: 0, step: 1, count: 7 },
      { axis: 0, start: 0, step: 1, count: 5 },
    ],
  });
  assert.equal(elementWish(turned, [6, 2]).select, "2, 6");
});

test("field and part come along, a complex value is watched by its magnitude", () => {
  const field = elementWish(schemaOf([5], { field: "price" }), [2]);
  assert.deepEqual(field, { kind: "value", select: "2", field: "price", part: null });
  assert.equal(elementWish(schemaOf([5], { kind: "complex" }), [2]).part, "magnitude");
  assert.equal(elementWish(schemaOf([5], { part: "phase" }), [2]).part, "phase");
});

test("what is on the screen is a selection, whatever of it was reduced", () => {
  assert.equal(selectionSeen(schemaOf([200], { select: "0:200:8" }), null), "...");
  const zoomed = [
    { lo: 3.2, hi: 6.9 },
    { lo: 0, hi: 7 },
  ];
  assert.equal(selectionSeen(schemaOf([20, 7]), zoomed), "3:7, :");
  const selected = [{ axis: 1, start: 8, step: -2, count: 5 }];
  const backwards = schemaOf([4, 9], { select: "1, 8::-2", selected, axes: selected });
  assert.equal(selectionSeen(backwards, null), "1, 8::-2");
  assert.equal(selectionSeen(backwards, [{ lo: 1, hi: 3 }]), "1, 6:3:-2");
});
