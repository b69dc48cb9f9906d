/**
 * What a plot is told. Nothing here runs.
 *
 * @typedef {import("../views/types.js").Range} Range
 * @typedef {ArrayLike<number> | (number | null)[]} Points null is a gap
 *
 * A line, or with `high` the band between two.
 * @typedef {{low: Points, high: Points | null}} Curve
 *
 * An infinite value of a curve, somewhere along the axis.
 * @typedef {{at: number, curve: number, up: boolean}} Mark
 *
 * @typedef {object} Drawing
 * @property {ArrayLike<number>} x ascending
 * @property {Curve[]} curves one a label
 * @property {Range} across
 * @property {import("../line/y_scale.js").YScale} y
 * @property {Pick<Drawing, "x" | "curves">[]} [held] to be drawn dimmer, beneath
 * @property {Mark[]} [marks]
 *
 * @typedef {object} PlotOptions
 * @property {string[]} labels one a curve
 * @property {number} [channel] of the first curve, from 0
 * @property {boolean} [plain] whether to do without dashes: nothing has to be told apart
 * @property {(range: Range, fitting: number) => number[]} [ticks] where values come to stand below
 * @property {((value: number) => string) | null} formatX null for a plot without them
 * @property {(value: number) => string} formatY
 * @property {string} [sync] plots of one name share their cursor
 * @property {(index: number | null, curve: number) => void} [onCursor] and the nearest curve
 * @property {() => void} [onResize]
 */
export {};
