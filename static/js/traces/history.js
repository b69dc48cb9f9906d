/**
 * An array's history as the columns of a plot.
 *
 * @typedef {import("../page/types.js").History} History
 * @typedef {import("../page/types.js").Writer} Writer
 * @typedef {{label: string, pid: number | null, values: (number | null)[]}} Trace
 */

/**
 * One trace a writer; a trace of the total too, where there are several writers or none that is
 * known; one trace of changes where nobody counts writes.
 *
 * @param {History} history
 * @param {Writer[]} writers
 * @returns {{time_s: number[], traces: Trace[]}} time in seconds before now, ascending
 */
export function historyTraces(history, writers) {
  const time_s = Array.from(history.age_s, (age) => -age);
  if (history.counts === "changes") {
    const seen = { label: "changes seen", pid: null, values: gapped(history.writes_per_s) };
    return { time_s, traces: [seen] };
  }
  const pids = new Map(writers.map(({ slot, pid }) => [slot, pid]));
  const traces = history.writers.map(({ slot, label, writes_per_s }) => ({
    label: label || `writer ${slot}`,
    pid: pids.get(slot) ?? null,
    values: gapped(writes_per_s),
  }));
  if (traces.length === 1) return { time_s, traces };
  return {
    time_s,
    traces: [{ label: "all", pid: null, values: gapped(history.writes_per_s) }, ...traces],
  };
}

/**
 * NaN, not measured, becomes null: a gap in the line.
 *
 * @param {ArrayLike<number>} values
 * @returns {(number | null)[]}
 */
function gapped(values) {
  return Array.from(values, (value) => (Number.isNaN(value) ? null : value));
}

/** @param {Trace} trace */
export function latest({ values }) {
  return values.at(-1) ?? null;
}

/**
 * A sparkline as an SVG path in a box, oldest at the left; the right edge is now. Where nothing was
 * measured there is a gap.
 *
 * @param {ArrayLike<number>} values
 * @param {number} width
 * @param {number} height
 * @param {number} [slots] how many values fill the width
 */
export function sparklinePath(values, width, height, slots = 60) {
  const shown = Array.from(values).slice(-slots);
  const top = Math.max(1e-9, ...shown.filter(Number.isFinite));
  const step = width / (slots - 1);
  return shown
    .flatMap((value, i) => {
      if (!Number.isFinite(value)) return [];
      const x = width - (shown.length - 1 - i) * step;
      const y = height - (value / top) * height;
      const joined = Number.isFinite(shown[i - 1]);
      // A line of no length, so that a lone value shows too.
      return `${joined ? "L" : `M${x.toFixed(1)},${y.toFixed(1)}L`}${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join("");
}
