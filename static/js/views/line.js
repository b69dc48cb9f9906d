/** One axis as a line, or a few columns as a line each. */
import { h, setText } from "../element.js";
import { formatNumber, formatTick } from "../format.js";
import { linesOf, MOST_TRACES } from "../line_model.js";
import { Plot } from "../plot.js";
import { traceKey } from "../plot_legend.js";
import { divide, steadyDivisions } from "../scaling.js";

/**
 * @typedef {import("../types.js").Schema} Schema
 * @typedef {import("../types.js").Frame} Frame
 * @typedef {import("../types.js").Range} Range
 */

const Y_DIVISIONS = 8;

class Lines {
  /** @type {Plot | null} */
  #plot = null;
  #labels = "";
  /** @type {import("../scaling.js").Divisions | null} */
  #divisions = null;
  /** @type {ReturnType<typeof linesOf> | null} */
  #shown = null;
  /** @type {number | null} */
  #cursor = null;
  #unit = "";

  /** @param {HTMLElement} root */
  constructor(root) {
    this.area = h("div", { class: "plot", role: "img", "data-testid": "values-plot" });
    this.keys = h("ul", { class: "legend on-screen" });
    this.readout = h("p", { class: "pixel", "data-testid": "pixel-readout" });
    root.append(h("div", { class: "line" }, this.area, this.keys, this.readout));
  }

  /**
   * @param {Schema} schema
   * @param {Frame} frame
   * @param {import("../types.js").ViewOptions} options
   */
  draw(schema, frame, { range: held }) {
    const lines = linesOf(schema, frame);
    const plot = this.#plotFor(lines.traces.map(({ label }) => label));
    this.#divisions = held
      ? asDivisions(held)
      : steadyDivisions(this.#divisions, lines.extent, Y_DIVISIONS);
    const first = Number(lines.x[0] ?? 0);
    const last = Number(lines.x.at(-1) ?? 1);
    const across = { lo: first, hi: Math.max(last, first + 1) };
    plot.draw(
      lines.x,
      lines.traces.map(({ values }) => values),
      across,
      this.#divisions,
    );
    this.#shown = lines;
    this.#unit = schema.unit ? ` ${schema.unit}` : "";
    this.#readOut();
    const text = describe(schema, lines);
    this.area.setAttribute("aria-label", text);
    return { text, range: { lo: this.#divisions.lo, hi: this.#divisions.hi } };
  }

  /** @param {string[]} labels */
  #plotFor(labels) {
    if (this.#plot && this.#labels === labels.join()) return this.#plot;
    this.#plot?.unmount();
    this.#labels = labels.join();
    this.keys.replaceChildren(
      ...(labels.length > 1 ? labels.map((label, i) => traceKey(label, i)) : []),
    );
    this.#plot = new Plot(this.area, {
      labels,
      formatX: String,
      formatY: formatTick,
      onCursor: (index) => {
        this.#cursor = index;
        this.#readOut();
      },
    });
    return this.#plot;
  }

  #readOut() {
    const place = this.#cursor === null ? undefined : this.#shown?.x[this.#cursor];
    if (place === undefined) return setText(this.readout, this.#perDivision());
    const index = /** @type {number} */ (this.#cursor);
    const values = this.#shown?.traces.map(({ label, values }) => {
      const text = `${formatNumber(values[index] ?? Number.NaN)}${this.#unit}`;
      return label ? `${label} ${text}` : text;
    });
    return setText(this.readout, `[${place}] = ${values?.join(" · ")}`);
  }

  #perDivision() {
    const step = this.#divisions ? formatTick(this.#divisions.step) : "";
    return `${step}${this.#unit} / div`;
  }

  unmount() {
    this.#plot?.unmount();
  }
}

/** @param {Range} range a held one */
function asDivisions({ lo, hi }) {
  const { step } = divide({ lo, hi }, Y_DIVISIONS);
  const count = Math.round((hi - lo) / step);
  const aligned = Math.abs(count * step - (hi - lo)) < step * 1e-6;
  return { lo, hi, step: aligned ? step : (hi - lo) / Y_DIVISIONS };
}

/**
 * @param {Schema} schema
 * @param {ReturnType<typeof linesOf>} lines
 */
function describe({ unit }, { x, traces, extent }) {
  const what = traces.length === 1 ? "Line" : `${traces.length} lines`;
  if (extent.lo > extent.hi) return `${what} of ${x.length} points, without a finite value`;
  const range = `from ${formatNumber(extent.lo, 4)} to ${formatNumber(extent.hi, 4)}`;
  return `${what} of ${x.length} points, ${range}${unit ? ` ${unit}` : ""}`;
}

/** @type {import("../types.js").View} */
export const line = {
  id: "line",
  label: "Line",
  fits({ kind, axes }) {
    const numeric = kind === "numbers" || kind === "bool" || kind === "complex";
    if (!numeric || (axes[0]?.count ?? 0) < 2) return 0;
    if (axes.length === 1) return 50;
    return axes.length === 2 && (axes[1]?.count ?? 0) <= MOST_TRACES ? 45 : 0;
  },
  mount: (root) => new Lines(root),
};
