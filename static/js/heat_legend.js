/** The colour bar beside a heat map, with the values at its ends. */
import { colourAt, NAN_COLOUR, STEPS } from "./colormap.js";
import { h, setText } from "./element.js";
import { formatWithin } from "./format.js";

/**
 * @param {HTMLElement} root
 */
export function heatLegend(root) {
  const top = h("span", { class: "bar-value", "data-testid": "heat-max" });
  const middle = h("span", { class: "bar-value" });
  const bottom = h("span", { class: "bar-value", "data-testid": "heat-min" });
  const unit = h("span", { class: "bar-unit" });
  const swatch = h("span", { class: "swatch" });
  swatch.style.background = `rgb(${NAN_COLOUR.join(" ")})`;
  const count = h("span", { "data-testid": "heat-nan" });
  const odd = h("p", { class: "bar-odd", hidden: true }, swatch, count);
  const values = h("div", { class: "bar-values" }, top, middle, bottom);
  root.append(h("div", { class: "bar" }, colourBar(), values), unit, odd);
  return {
    /**
     * @param {import("./types.js").Range} range
     * @param {import("./scaling.js").Extent} extent
     * @param {string | null} unitText
     */
    update({ lo, hi }, { nan, inf }, unitText) {
      setText(top, formatWithin(hi, hi - lo));
      setText(middle, formatWithin((lo + hi) / 2, hi - lo));
      setText(bottom, formatWithin(lo, hi - lo));
      setText(unit, unitText ?? "");
      odd.hidden = nan + inf === 0;
      swatch.hidden = nan === 0;
      setText(count, [nan ? `${nan} NaN` : "", inf ? `${inf} inf` : ""].filter(Boolean).join(", "));
    },
  };
}

function colourBar() {
  const canvas = h("canvas", {
    class: "bar-colours",
    width: 1,
    height: STEPS,
    "aria-hidden": "true",
  });
  const context = canvas.getContext("2d");
  for (let i = 0; context && i < STEPS; i++) {
    context.fillStyle = `rgb(${colourAt(1 - i / (STEPS - 1)).join(" ")})`;
    context.fillRect(0, i, 1, 1);
  }
  return canvas;
}
