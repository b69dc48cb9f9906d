/** A small histogram with its percentiles below: a line over 90 % of all, a bar over half. */
import { h, s, setAttribute, setText } from "../page/element.js";
import { formatNumber } from "../page/format.js";
import { binText, HEIGHT, outline, places, summary, WIDTH } from "./histogram_model.js";

/** @typedef {import("../page/types.js").Statistics} Statistics */

const BELOW = 5;
const MIDDLE = HEIGHT + 3;

export class HistogramFigure {
  #bins = s("path", { class: "bins" });
  #most = s("path", { class: "most" });
  #half = s("path", { class: "half" });
  #median = s("path", { class: "median" });
  #low = h("span");
  #pointed = h("span", { class: "pointed", "data-testid": "histogram-bin" });
  #high = h("span");
  /** @type {Statistics | null} */
  #shown = null;
  /** Which part of the width the pointer is at, null where it is elsewhere. @type {number | null} */
  #pointer = null;

  /** @param {string | null} field */
  constructor(field) {
    const size = `0 0 ${WIDTH} ${HEIGHT + BELOW}`;
    this.picture = s(
      "svg",
      { role: "img", viewBox: size, preserveAspectRatio: "none", "data-testid": "histogram" },
      this.#bins,
      this.#most,
      this.#half,
      this.#median,
    );
    this.element = h(
      "figure",
      { class: "histogram", hidden: true },
      field === null ? null : h("figcaption", {}, field),
      this.picture,
      h(
        "p",
        { class: "histogram-scale", "aria-hidden": "true" },
        this.#low,
        this.#pointed,
        this.#high,
      ),
    );
    this.picture.addEventListener("pointermove", (event) => this.#point(event));
    this.picture.addEventListener("pointerleave", () => this.#point(null));
  }

  /** @param {Statistics} entry */
  show(entry) {
    const { histogram, percentiles, distinct } = entry;
    this.#shown = entry;
    this.element.hidden = histogram === null || percentiles === null;
    setAttribute(this.picture, "aria-label", summary(entry));
    if (histogram === null || percentiles === null) return;
    const at = places(histogram, percentiles, distinct !== null);
    setAttribute(this.#bins, "d", outline(histogram.counts));
    setAttribute(this.#most, "d", `M${at("5")} ${MIDDLE}H${at("95")}`);
    setAttribute(this.#half, "d", `M${at("25")} ${MIDDLE}H${at("75")}`);
    setAttribute(this.#median, "d", `M${at("50")} ${HEIGHT + 1}V${HEIGHT + BELOW}`);
    setText(this.#low, formatNumber(entry.min));
    setText(this.#high, formatNumber(entry.max));
    this.#tell();
  }

  /** @param {PointerEvent | null} event */
  #point(event) {
    const box = this.picture.getBoundingClientRect();
    this.#pointer = event === null ? null : (event.clientX - box.left) / Math.max(box.width, 1);
    this.#tell();
  }

  #tell() {
    const { histogram, distinct } = this.#shown ?? { histogram: null, distinct: null };
    if (histogram === null || this.#pointer === null) return setText(this.#pointed, "");
    const bins = histogram.counts.length;
    const bin = Math.min(Math.max(Math.floor(this.#pointer * bins), 0), bins - 1);
    setText(this.#pointed, binText(histogram, bin, distinct !== null));
  }
}
