/** The axes of an array of several: which run down and across, and sliders for the others. */

import { h, need, setAttribute, setText } from "../page/element.js";
import { axesOf, withIndex, withRole } from "./axes_model.js";

/**
 * @typedef {import("./axes_model.js").AxisState} AxisState
 * @typedef {import("./axes_model.js").Choice} Choice
 */

const ROLES = /** @type {const} */ ([
  ["down", "↓", "runs down the screen"],
  ["across", "→", "runs across the screen"],
]);

export class AxesBar {
  #key = "";
  /** @type {Choice} */
  #choice = { select: "...", order: null };
  /** @type {AxisState[]} */
  #axes = [];

  /**
   * @param {HTMLElement} root
   * @param {(choice: Choice) => void} onChange
   */
  constructor(root, onChange) {
    this.root = root;
    this.onChange = onChange;
    /** Whether the view lets its axes be chosen. */
    this.offered = true;
  }

  /**
   * @param {Choice} choice
   * @param {number[]} shape of the whole array
   */
  show(choice, shape) {
    this.#choice = choice;
    this.#axes = axesOf(choice, shape) ?? [];
    this.root.hidden = this.#axes.length < 2 || !this.offered;
    const key = JSON.stringify(this.#axes.map(({ length, role }) => [length, role === "index"]));
    if (key !== this.#key)
      this.root.replaceChildren(...this.#axes.map((axis) => this.#build(axis)));
    this.#key = key;
    for (const axis of this.#axes) this.#fill(axis);
  }

  /**
   * Go a step along the first axis that stands at an index.
   *
   * @param {number} by
   * @returns {boolean} whether there is one
   */
  step(by) {
    const axis = this.#axes.find(({ role }) => role === "index");
    if (!axis) return false;
    this.#go(axis.axis, (axis.index ?? 0) + by);
    return true;
  }

  /**
   * @param {number} axis
   * @param {number} index
   */
  #go(axis, index) {
    this.onChange(withIndex(this.#axes, this.#choice, axis, index));
  }

  /** @param {AxisState} axis */
  #build({ axis, length, role }) {
    const buttons = ROLES.map(([id, sign, says]) => {
      const name = `Axis ${axis} ${says}`;
      const button = h(
        "button",
        { type: "button", "data-role": id, "aria-label": name, title: name },
        sign,
      );
      button.addEventListener("click", () =>
        this.onChange(withRole(this.#axes, this.#choice, axis, id)),
      );
      return button;
    });
    const name = h("span", { class: "label" }, `axis ${axis}`);
    const size = h("span", { class: "axis-length" }, String(length));
    const where =
      role === "index" ? this.#slider(axis, length) : [h("span", { class: "axis-entry" })];
    return h(
      "div",
      {
        class: "axis",
        role: "group",
        "aria-label": `axis ${axis}`,
        "data-axis": axis,
        "data-testid": `axis-${axis}-bar`,
      },
      name,
      size,
      h("span", { class: "switch roles" }, ...buttons),
      ...where,
    );
  }

  /**
   * @param {number} axis
   * @param {number} length
   */
  #slider(axis, length) {
    const limits = { min: 0, max: length - 1, step: 1 };
    const slider = h("input", {
      type: "range",
      "data-part": "slider",
      "aria-label": `index of axis ${axis}`,
      ...limits,
    });
    const box = h("input", {
      type: "number",
      "data-part": "index",
      "data-testid": `axis-${axis}`,
      "aria-label": `index of axis ${axis}, exactly`,
      ...limits,
    });
    slider.addEventListener("input", () => this.#go(axis, Number(slider.value)));
    box.addEventListener("input", () => {
      if (box.checkValidity() && box.value !== "") this.#go(axis, Number(box.value));
    });
    return [slider, box];
  }

  /** @param {AxisState} axis */
  #fill({ axis, role, index, entry }) {
    const root = need(`[data-axis="${axis}"]`, this.root);
    for (const button of root.querySelectorAll("[data-role]")) {
      setAttribute(button, "aria-pressed", String(button.getAttribute("data-role") === role));
    }
    if (index === null) return setText(need(".axis-entry", root), entry === ":" ? "" : entry);
    for (const input of root.querySelectorAll("input")) {
      if (document.activeElement !== input || input.type === "range") input.value = String(index);
    }
  }
}
