import assert from "node:assert/strict";
import { test } from "node:test";
import {
  chosenAcross,
  indexTicks,
  pannedAcross,
  wholeAcross,
  zoomedAcross,
} from "../../static/js/line/across.js";
import { lineAxes, mostFor, tracesOf, withTraces } from "../../static/js/line/axes.js";
import { linesOf } from "../../static/js/line/model.js";
import { indexAt, readOutAt } from "../../static/js/line/readout.js";
import { describe } from "../../static/js/line/words.js";
import { frameOf, schemaOf } from "./example.js";

/** @typedef {import("../../static/js/values/types.js").Schema} Schema */

/**
 * A million elements, of which a window comes as an envelope of blocks of ten.
 *
 * @returns {Schema}
 */
function envelopeSchema() {
  return schemaOf([1_000_000], {
    selected: [{ axis: 0, start: 0, step: 1, count: 1_000_000 }],
    window: [[100, 125]],
    axes: [{ axis: 0, start: 100, step: 10, count: 3 }],
    reduced: [10],
    how: "envelope",
  });
}

const ENVELOPE = frameOf([3, 2], Float64Array.of(1, 5, -2, 7, 3, 3));

test("one axis is a line, few columns are a line each, of many columns rows are chosen", () => {
  assert.deepEqual(lineAxes(schemaOf([50])), { across: 0, traces: null, chosen: false });
  assert.deepEqual(lineAxes(schemaOf([50, 8])), { across: 0, traces: 1, chosen: false });
  assert.deepEqual(lineAxes(schemaOf([50, 9])), { across: 1, traces: 0, chosen: true });
  assert.deepEqual(lineAxes(schemaOf([8, 90])), { across: 1, traces: 0, chosen: false });
});

test("two elements a pixel are asked for across, and no more rows than are drawn", () => {
  assert.deepEqual(mostFor(schemaOf([10_000]), 800), [1600]);
  assert.deepEqual(mostFor(schemaOf([10_000, 3]), 800), [1600, 3]);
  assert.deepEqual(mostFor(schemaOf([512, 512]), 800), [8, 1600]);
});

test("an envelope is a band whose elements stand in the middle of what they stand for", () => {
  const { x, traces, envelope, extent } = linesOf(envelopeSchema(), ENVELOPE, null);
  assert.equal(envelope, true);
  assert.deepEqual([...x], [104.5, 114.5, 122]);
  assert.deepEqual(Array.from(traces[0]?.low ?? []), [1, -2, 3]);
  assert.deepEqual(Array.from(traces[0]?.high ?? []), [5, 7, 3]);
  assert.deepEqual([extent.lo, extent.hi, extent.positive], [-2, 7, 1]);
});

test("only what is on the screen decides how far the values reach", () => {
  const { extent } = linesOf(envelopeSchema(), ENVELOPE, [{ lo: 120, hi: 125 }]);
  assert.deepEqual([extent.lo, extent.hi], [3, 3]);
});

test("columns are traces of their own, and a NaN is a gap", () => {
  const frame = frameOf([2, 2], Float64Array.of(1, Number.NaN, 3, 4));
  const { traces } = linesOf(schemaOf([2, 2], { labels: ["a", "b"] }), frame, null);
  assert.deepEqual(
    traces.map(({ label, low }) => [label, low]),
    [
      ["a", [1, 3]],
      ["b", [null, 4]],
    ],
  );
});

test("rows are traces by the viewport, as far as the frame has them", () => {
  const schema = schemaOf([100, 9], {
    selected: schemaOf([100, 9]).selected,
    window: [
      [20, 23],
      [0, 9],
    ],
    axes: [
      { axis: 0, start: 20, step: 1, count: 3 },
      { axis: 1, start: 0, step: 1, count: 9 },
    ],
  });
  const frame = frameOf(
    [3, 9],
    Float64Array.from({ length: 27 }, (_, i) => i),
  );
  const viewport = [
    { lo: 21, hi: 25 },
    { lo: 0, hi: 9 },
  ];
  const { traces } = linesOf(schema, frame, viewport);
  assert.deepEqual(
    traces.map(({ label, low }) => [label, low[0], low[8]]),
    [
      ["21", 9, 17],
      ["22", 18, 26],
    ],
  );
});

test("infinities are marked at their edge and leave the other extreme", () => {
  const frame = frameOf([3, 2], Float64Array.of(1, Infinity, -Infinity, Infinity, 2, 4));
  const { traces, marks, extent } = linesOf(envelopeSchema(), frame, null);
  assert.deepEqual(marks, [
    { at: 104.5, curve: 0, up: true },
    { at: 114.5, curve: 0, up: true },
    { at: 114.5, curve: 0, up: false },
  ]);
  assert.deepEqual(traces[0]?.low, [1, null, 2]);
  assert.deepEqual(traces[0]?.high, [1, null, 4]);
  assert.deepEqual([extent.lo, extent.hi], [1, 4]);
});

test("a zoom keeps the place under the pointer, and the whole is no viewport", () => {
  const schema = schemaOf([1000]);
  assert.deepEqual(zoomedAcross(schema, null, 4, 0.5), [{ lo: 375, hi: 625 }]);
  assert.deepEqual(zoomedAcross(schema, null, 2, 0), [{ lo: 0, hi: 500 }]);
  assert.equal(zoomedAcross(schema, [{ lo: 0, hi: 500 }], 0.1, 0), null);
  assert.deepEqual(pannedAcross(schema, [{ lo: 100, hi: 300 }], 0.5), [{ lo: 200, hi: 400 }]);
  assert.deepEqual(pannedAcross(schema, [{ lo: 100, hi: 300 }], -5), [{ lo: 0, hi: 200 }]);
  assert.deepEqual(chosenAcross(schema, null, 0.2, 0.3), [{ lo: 200, hi: 300 }]);
  assert.equal(wholeAcross(schema, [{ lo: 5, hi: 9 }]), null);
});

test("rows stay where they are while one zooms across, and the other way round", () => {
  const schema = schemaOf([100, 50]);
  const viewport = [
    { lo: 10, hi: 14 },
    { lo: 0, hi: 50 },
  ];
  assert.deepEqual(zoomedAcross(schema, viewport, 2, 0)?.[0], { lo: 10, hi: 14 });
  assert.deepEqual(tracesOf(schema, viewport), { lo: 10, hi: 14 });
  assert.deepEqual(tracesOf(schema, null), { lo: 0, hi: 8 });
  const last = withTraces(schema, viewport, { lo: 98, hi: 102 });
  assert.deepEqual(last, [
    { lo: 96, hi: 100 },
    { lo: 0, hi: 50 },
  ]);
});

test("ticks stand at round indices of the array, whichever way it is read", () => {
  const range = { lo: 0, hi: 100 };
  assert.deepEqual(indexTicks({ start: 0, step: 1 }, range, 4), [0, 50, 100]);
  assert.deepEqual(indexTicks({ start: 7, step: 10 }, range, 2), [49.3, 99.3]);
  assert.deepEqual(indexTicks({ start: 100, step: -1 }, range, 4), [0, 50, 100]);
  assert.deepEqual(indexTicks({ start: 0, step: 1 }, { lo: 3, hi: 5 }, 8), [3, 4, 5]);
});

test("the read-out is exact, of one element or of all that an element stands for", () => {
  const one = schemaOf([3], { dtype: "<f4", unit: "V" });
  const frame = frameOf([3], Float32Array.of(0.1, 0.2, 0.3));
  assert.equal(readOutAt(one, frame, linesOf(one, frame, null), 1), "[1] = 0.2 V");
  const wide = schemaOf([2], { dtype: "<i8" });
  const exact = frameOf([2], BigInt64Array.of(2n ** 62n + 1n, 0n));
  assert.equal(readOutAt(wide, exact, linesOf(wide, exact, null), 0), "[0] = 4611686018427387905");
  const many = envelopeSchema();
  const text = readOutAt(many, ENVELOPE, linesOf(many, ENVELOPE, null), 2);
  assert.equal(text, "[120 … 124] min 3.0, max 3.0");
});

test("a watched element has its index in the array", () => {
  const axes = [
    { axis: 0, start: 10, step: 2, count: 5 },
    { axis: 1, start: 0, step: 1, count: 3 },
  ];
  assert.deepEqual(indexAt(schemaOf([50, 3], { axes }), 4, 2), [18, 2]);
});

test("the text equivalent says how many, what part, how far and what an element stands for", () => {
  const schema = envelopeSchema();
  const viewport = [{ lo: 100, hi: 125 }];
  assert.equal(
    describe(schema, linesOf(schema, ENVELOPE, viewport), viewport),
    "Line of 1000000 points, showing 100 … 124, from -2 to 7, minimum and maximum of each 10",
  );
});
