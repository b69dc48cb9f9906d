/**
 * A plot on a graticule. The only module that knows uPlot.
 *
 * @typedef {import("./scaling.js").Divisions} Divisions
 * @typedef {import("./types.js").Range} Range
 * @typedef {object} PlotOptions
 * @property {string[]} labels one a trace
 * @property {number} [channel] of the first trace, from 0
 * @property {number[]} [xTicks] where the values come to stand below; as many as fit, unless given
 * @property {(value: number) => string} formatX
 * @property {(value: number) => string} formatY
 * @property {(index: number | null) => void} [onCursor]
 */
import uPlot from "../vendor/uplot.js";
import { rem_px } from "./element.js";
import { gridLines, tickValues } from "./scaling.js";

/** Channel colours are told apart by their dashes too. */
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
export const CHANNELS = 6;
const X_TICK_REM = 5.5;

/**
 * How trace number `index` is drawn: a channel 1 to 6 for its colour, and a dash.
 *
 * @param {number} index
 */
export function traceStyle(index) {
  return { channel: (index % CHANNELS) + 1, dash: DASHES[index % DASHES.length] ?? [] };
}

export class Plot {
  /** @type {Divisions} */
  #y = { lo: 0, hi: 8, step: 1 };
  /** @type {Range} */
  #x = { lo: 0, hi: 1 };

  /**
   * @param {HTMLElement} root
   * @param {PlotOptions} options
   */
  constructor(root, options) {
    this.root = root;
    this.options = options;
    this.rem_px = rem_px();
    this.style = getComputedStyle(root);
    this.plot = new uPlot(this.#configure(options), [[]], root);
    this.observer = new ResizeObserver(() => this.plot.setSize(sizeOf(root)));
    this.observer.observe(root);
  }

  /**
   * @param {ArrayLike<number>} x
   * @param {(ArrayLike<number> | (number | null)[])[]} traces
   * @param {Range} xRange
   * @param {Divisions} y
   */
  draw(x, traces, xRange, y) {
    this.#x = xRange;
    this.#y = y;
    this.plot.setData(/** @type {any} */ ([x, ...traces]));
  }

  unmount() {
    this.observer.disconnect();
    this.plot.destroy();
  }

  /** @param {uPlot} plot */
  #ticks({ bbox }) {
    const fitting = Math.max(2, bbox.width / devicePixelRatio / (X_TICK_REM * this.rem_px));
    const { xTicks } = this.options;
    if (!xTicks) return tickValues(this.#x, fitting);
    const stride = Math.ceil((xTicks.length - 1) / fitting);
    return xTicks.filter((_, i) => (xTicks.length - 1 - i) % stride === 0);
  }

  /** @param {string} name */
  #colour(name) {
    return this.style.getPropertyValue(name).trim();
  }

  /**
   * @param {PlotOptions} options
   * @returns {uPlot.Options}
   */
  #configure({ labels, channel = 0, formatX, formatY, onCursor }) {
    return {
      ...sizeOf(this.root),
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false },
      scales: {
        x: { time: false, range: () => [this.#x.lo, this.#x.hi] },
        y: { range: () => [this.#y.lo, this.#y.hi] },
      },
      axes: [
        this.#axis((plot) => this.#ticks(plot), formatX, 1.8),
        this.#axis(() => gridLines(this.#y), formatY, 4.2),
      ],
      series: [{}, ...labels.map((label, i) => this.#series(label, channel + i))],
      hooks: {
        drawClear: [(plot) => this.#graticule(plot)],
        setCursor: [(plot) => onCursor?.(plot.cursor.idx ?? null)],
      },
    };
  }

  /**
   * @param {(plot: uPlot) => number[]} splits
   * @param {(value: number) => string} format
   * @param {number} size_rem
   * @returns {uPlot.Axis}
   */
  #axis(splits, format, size_rem) {
    return {
      size: Math.round(size_rem * this.rem_px),
      gap: 6,
      stroke: this.#colour("--screen-dim"),
      font: `${Math.round(0.78 * this.rem_px)}px ${this.#colour("--mono")}`,
      splits,
      values: (_, values) => values.map(format),
      grid: { show: false },
      ticks: { show: false },
    };
  }

  /**
   * @param {string} label
   * @param {number} index
   * @returns {uPlot.Series}
   */
  #series(label, index) {
    const { channel, dash } = traceStyle(index);
    return {
      label,
      stroke: this.#colour(`--channel-${channel}`),
      width: 1.5,
      dash,
      points: { size: 4 },
    };
  }

  /** @param {uPlot} plot */
  #graticule(plot) {
    const { ctx, bbox } = plot;
    const ys = gridLines(this.#y).map((value) => Math.round(plot.valToPos(value, "y", true)));
    ctx.save();
    ctx.lineWidth = 1;
    ctx.setLineDash([]);
    ctx.strokeStyle = this.#colour("--graticule");
    ctx.beginPath();
    for (const y of ys) line(ctx, bbox.left, y + 0.5, bbox.left + bbox.width, y + 0.5);
    for (const value of this.#ticks(plot)) {
      const x = Math.round(plot.valToPos(value, "x", true)) + 0.5;
      line(ctx, x, bbox.top, x, bbox.top + bbox.height);
    }
    ctx.stroke();
    ctx.strokeStyle = this.#colour("--graticule-frame");
    ctx.strokeRect(bbox.left + 0.5, bbox.top + 0.5, bbox.width - 1, bbox.height - 1);
    ctx.restore();
  }
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 */
function line(ctx, x0, y0, x1, y1) {
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
}

/** @param {HTMLElement} root */
function sizeOf({ clientWidth, clientHeight }) {
  return { width: Math.max(80, clientWidth), height: Math.max(80, clientHeight) };
}
