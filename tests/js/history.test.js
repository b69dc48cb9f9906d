import assert from "node:assert/strict";
import { test } from "node:test";
import { historyTraces, latest, sparklinePath } from "../../static/js/traces/history.js";

/** @param {string[]} labels */
function historyOf(labels) {
  const writers = labels.map((label, slot) => ({
    slot,
    label,
    writes_per_s: Float32Array.of(Number.NaN, 10 + slot),
  }));
  const writes_per_s = Float32Array.of(0, 21);
  const counts = /** @type {const} */ ("writes");
  return { counts, age_s: Float32Array.of(0.5, 0), writes_per_s, writers };
}

const WRITER = /** @type {any} */ ({ slot: 0, pid: 4711 });

test("time runs up to now, and what was not measured is a gap", () => {
  const { time_s, traces } = historyTraces(historyOf(["solo"]), [WRITER]);
  assert.deepEqual(time_s, [-0.5, -0]);
  assert.deepEqual(traces, [{ label: "solo", pid: 4711, values: [null, 10] }]);
});

test("several writers have a trace each and one of all", () => {
  const { traces } = historyTraces(historyOf(["a", ""]), [WRITER]);
  assert.deepEqual(
    traces.map(({ label, pid }) => [label, pid]),
    [
      ["all", null],
      ["a", 4711],
      ["writer 1", null],
    ],
  );
  assert.equal(latest(/** @type {any} */ (traces[0])), 21);
});

test("where nobody counts writes there is one trace, of changes", () => {
  const counts = /** @type {const} */ ("changes");
  const { traces } = historyTraces({ ...historyOf([]), counts }, []);
  assert.deepEqual(traces, [{ label: "changes seen", pid: null, values: [0, 21] }]);
});

test("a sparkline ends at the right, its highest value at the top", () => {
  assert.equal(sparklinePath([0, 4, 2], 10, 8, 3), "M0.0,8.0L0.0,8.0L5.0,0.0L10.0,4.0");
  assert.equal(sparklinePath([1], 10, 8, 3), "M10.0,0.0L10.0,0.0");
  assert.equal(sparklinePath([], 10, 8), "");
});

test("a sparkline has a gap where nothing was measured", () => {
  const path = sparklinePath([Number.NaN, 2, Number.NaN, 2], 9, 8, 4);
  assert.equal(path, "M3.0,0.0L3.0,0.0M9.0,0.0L9.0,0.0");
  assert.equal(sparklinePath([Number.NaN], 10, 8), "");
});
