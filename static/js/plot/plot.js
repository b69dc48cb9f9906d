/**
 * A plot on a graticule. The only module that runs uPlot.
 *
 * @typedef {import("./types.js").Drawing} Drawing
 * @typedef {import("./types.js").PlotOptions} PlotOptions
 */
import uPlot from "../../vendor/uplot.js";
import { bent, linearScale } from "../line/y_scale.js";
import { rem_px } from "../page/element.js";
import { tickValues } from "../page/scaling.js";
import { drawGraticule, drawHeld, drawMarks } from "./graticule.js";
import { axisPart, bandParts, edgeParts } from "./parts.js";
import { Ink } from "./trace_style.js";

const X_TICK_REM = 5.5;
const [X_SIZE_REM, Y_SIZE_REM] = [1.8, 4.2];
/** The same for all, so that plots one below the other have their edges in line. */
const PADDING_PX = 8;
const AWAY = { left: -10, top: -10 };

export class Plot {
  /** @type {Drawing} */
  #drawing = {
    x: [],
    curves: [],
    across: { lo: 0, hi: 1 },
    y: linearScale({ lo: 0, hi: 1, step: 1 }),
  };

  /**
   * @param {HTMLElement} root
   * @param {PlotOptions} options
   */
  constructor(root, options) {
    this.root = root;
    this.options = options;
    this.rem_px = rem_px();
    this.ink = new Ink(root, options.channel);
    this.plot = new uPlot(this.#configure(options), [[]], root);
    this.observer = new ResizeObserver(() => this.plot.setSize(sizeOf(root)));
    this.observer.observe(root);
  }

  /** @param {Drawing} drawing */
  draw(drawing) {
    this.#drawing = drawing;
    const { x, curves } = drawing;
    const series = curves.flatMap(({ low, high }) => [low, high ?? Array(low.length).fill(null)]);
    this.plot.setData(/** @type {any} */ ([x, ...series]));
  }

  /** The width of what lies between the scales; 0 as long as it is not laid out. */
  get width_px() {
    return this.plot.over.clientWidth;
  }

  /** What lies over the plot, between its scales. */
  get over() {
    return this.plot.over;
  }

  get canvas() {
    return this.plot.ctx.canvas;
  }

  /**
   * How far across the plot something is: 0 at its left edge, 1 at its right.
   *
   * @param {number} clientX
   */
  shareAt(clientX) {
    const { left, width } = this.plot.over.getBoundingClientRect();
    return (clientX - left) / width;
  }

  /** @param {number | null} index of the point that the cursor goes to, null for no cursor */
  pointAt(index) {
    const at = index === null ? undefined : this.#drawing.x[index];
    const top = this.plot.over.clientHeight / 2;
    this.plot.setCursor(at === undefined ? AWAY : { left: this.plot.valToPos(at, "x"), top });
  }

  /** @param {uPlot.Cursor} cursor */
  #nearest({ idx, top = 0 }) {
    const away = this.#drawing.curves.map(({ low }) => {
      const value = low[idx ?? -1] ?? null;
      return value === null ? Infinity : Math.abs(this.plot.valToPos(value, "y") - top);
    });
    return Math.max(0, away.indexOf(Math.min(...away)));
  }

  unmount() {
    this.observer.disconnect();
    this.plot.destroy();
  }

  /** @param {uPlot} plot */
  #ticks({ bbox }) {
    const fitting = Math.max(2, bbox.width / devicePixelRatio / (X_TICK_REM * this.rem_px));
    return (this.options.ticks ?? tickValues)(this.#drawing.across, fitting);
  }

  /**
   * @param {PlotOptions} options
   * @returns {uPlot.Options}
   */
  #configure({ labels, plain, formatX, sync, onCursor, onResize }) {
    return {
      ...sizeOf(this.root),
      legend: { show: false },
      cursor: {
        drag: { x: false, y: false },
        y: false,
        ...(sync && { sync: { key: sync, setSeries: false, scales: ["x", null] } }),
      },
      scales: {
        x: { time: false, range: () => [this.#drawing.across.lo, this.#drawing.across.hi] },
        y: this.#upright(),
      },
      axes: this.#axes(),
      padding: [PADDING_PX, 2 * PADDING_PX, formatX ? 0 : PADDING_PX, 0],
      series: [{}, ...edgeParts(this.ink, labels, plain)],
      bands: bandParts(this.ink, labels),
      hooks: {
        drawClear: [(plot) => this.#beneath(plot)],
        setSize: [() => onResize?.()],
        draw: [(plot) => this.#above(plot)],
        setCursor: [({ cursor }) => onCursor?.(cursor.idx ?? null, this.#nearest(cursor))],
      },
    };
  }

  #axes() {
    const { formatX, formatY } = this.options;
    const { ink, rem_px } = this;
    const ticks = (/** @type {uPlot} */ plot) => this.#ticks(plot);
    const lines = () => this.#drawing.y.lines;
    return [
      { ...axisPart(ink, rem_px, ticks, formatX ?? String, X_SIZE_REM), show: formatX !== null },
      axisPart(ink, rem_px, lines, formatY, Y_SIZE_REM),
    ];
  }

  /** @returns {uPlot.Scale} bent as the drawing's own scale is */
  #upright() {
    return {
      distr: 100,
      fwd: (value) => bent(this.#drawing.y, value),
      bwd: (value) => value, // asked of a cursor's height only, which nobody reads
      range: () => [this.#drawing.y.lo, this.#drawing.y.hi],
    };
  }

  /** @param {uPlot} plot */
  #beneath(plot) {
    const place = placeOf(plot);
    const { ink } = this;
    const colours = { lines: ink.colour("--graticule"), frame: ink.colour("--graticule-frame") };
    drawGraticule(place, this.#ticks(plot), this.#drawing.y.lines, colours);
    for (const held of this.#drawing.held ?? []) drawHeld(place, held, (i) => ink.trace(i));
  }

  /** @param {uPlot} plot */
  #above(plot) {
    drawMarks(placeOf(plot), this.#drawing.marks ?? [], (curve) => this.ink.trace(curve));
  }
}

/**
 * @param {uPlot} plot
 * @returns {import("./graticule.js").Place}
 */
function placeOf(plot) {
  return {
    ctx: plot.ctx,
    box: plot.bbox,
    x: (value) => plot.valToPos(value, "x", true),
    y: (value) => plot.valToPos(value, "y", true),
  };
}

/** @param {HTMLElement} root */
function sizeOf({ clientWidth, clientHeight }) {
  return { width: Math.max(80, clientWidth), height: Math.max(40, clientHeight) };
}
