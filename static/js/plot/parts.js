/** What a plot consists of, in the words of uPlot. */
import { traceStyle } from "./trace_style.js";

/** @typedef {import("../../vendor/uplot.js")} uPlot */

/** Below this distance, points are not drawn beside their line. */
const POINTS_APART_PX = 8;
const BAND_ALPHA = "4d";
const TICK_REM = 0.78;

/**
 * @param {import("./trace_style.js").Ink} ink
 * @param {number} rem_px
 * @param {(plot: uPlot) => number[]} splits
 * @param {(value: number) => string} format
 * @param {number} size_rem
 * @returns {import("../../vendor/uplot.js").Axis}
 */
export function axisPart(ink, rem_px, splits, format, size_rem) {
  return {
    size: Math.round(size_rem * rem_px),
    gap: 6,
    stroke: ink.colour("--screen-dim"),
    font: ink.mono(TICK_REM * rem_px),
    splits,
    // Of a bent scale uPlot would leave out labels.
    filter: (_, values) => values,
    values: (_, values) => values.map(format),
    grid: { show: false },
    ticks: { show: false },
  };
}

/**
 * The lower and the upper edge of each curve; a line is all lower edge.
 *
 * @param {import("./trace_style.js").Ink} ink
 * @param {string[]} labels
 * @param {boolean} [plain] without dashes
 * @returns {import("../../vendor/uplot.js").Series[]}
 */
export function edgeParts(ink, labels, plain) {
  return labels.flatMap((label, index) => {
    const dash = plain ? [] : traceStyle(ink.channel + index).dash;
    const points = { size: 5, space: POINTS_APART_PX };
    const edge = { label, stroke: ink.trace(index), width: 1.5, dash, points };
    return [{ ...edge }, { ...edge }];
  });
}

/**
 * What lies between the two edges of each curve.
 *
 * @param {import("./trace_style.js").Ink} ink
 * @param {string[]} labels
 * @returns {import("../../vendor/uplot.js").Band[]}
 */
export function bandParts(ink, labels) {
  return labels.map((_, index) => ({
    series: [2 * index + 2, 2 * index + 1],
    fill: `${ink.trace(index)}${BAND_ALPHA}`,
  }));
}
