/**
 * The skeleton of a grid: a box that scrolls, as large within as all cells together, and in it a
 * pane that stays where it is, on which only the cells that are seen are drawn.
 *
 * @typedef {{letter_px: number, padding_px: number, row_px: number}} Metrics
 */
import { h } from "../page/element.js";

const PROBE = "0".repeat(40);

export class GridPane {
  /**
   * @param {string} label
   * @param {string} testid
   */
  constructor(label, testid) {
    this.corner = h("div", { class: "grid-corner", role: "presentation" });
    this.strip = h("div", { class: "grid-strip", role: "presentation" });
    this.head = h("div", { class: "grid-head", role: "row" }, this.corner, this.strip);
    this.body = h("div", { class: "grid-body", role: "rowgroup" });
    this.letters = h("span", {}, PROBE);
    this.probe = h("div", { class: "grid-cell grid-probe", "aria-hidden": "true" }, this.letters);
    const clip = h("div", { class: "grid-clip", role: "presentation" }, this.body);
    this.pane = h("div", { class: "grid-pane", role: "presentation" }, this.head, clip, this.probe);
    this.spacer = h("div", { class: "grid-spacer", role: "presentation" }, this.pane);
    this.box = h(
      "div",
      { class: "grid-scroll", role: "grid", tabindex: 0, "aria-label": label },
      this.spacer,
    );
    this.box.dataset.testid = testid;
    this.box.setAttribute("aria-multiselectable", "true");
  }

  /** @returns {Metrics} of a cell, as the style sheet has them now */
  measure() {
    const letters_px = this.letters.getBoundingClientRect().width;
    const { width, height } = this.probe.getBoundingClientRect();
    return {
      letter_px: letters_px / PROBE.length || 8,
      padding_px: width - letters_px,
      row_px: Math.max(1, Math.round(height)),
    };
  }

  /**
   * @param {{headings: boolean, side_px: number, row_px: number}} sizes
   * @returns {number} the height of the headings
   */
  frame({ headings, side_px, row_px }) {
    this.head.hidden = !headings;
    this.pane.style.setProperty("--grid-row", `${row_px}px`);
    this.pane.style.setProperty("--grid-side", `${side_px}px`);
    const head_px = headings ? this.head.offsetHeight : 0;
    this.pane.style.setProperty("--grid-top", `${head_px}px`);
    return head_px;
  }

  /**
   * Make room for all cells; the box may grow or shrink by it.
   *
   * @param {number} width_px
   * @param {number} height_px
   * @returns {{width_px: number, height_px: number}} of what is seen
   */
  stretch(width_px, height_px) {
    this.spacer.style.width = `${width_px}px`;
    this.spacer.style.height = `${height_px}px`;
    const seen = { width_px: this.box.clientWidth, height_px: this.box.clientHeight };
    this.pane.style.width = `${seen.width_px}px`;
    this.pane.style.height = `${seen.height_px}px`;
    return seen;
  }

  /**
   * @param {number} x_px of the cells, to the left
   * @param {number} y_px of the rows, upwards
   */
  shift(x_px, y_px) {
    this.pane.style.setProperty("--grid-x", `${-x_px}px`);
    this.body.style.transform = `translateY(${-y_px}px)`;
  }
}
