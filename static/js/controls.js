/** The controls above the values: view, selection, stepped axes, rate, hold, pause. */
import { h, need, setAttribute, setText } from "./element.js";
import { RATES_HZ } from "./page_state.js";
import { steppedAxes, withIndex } from "./selection.js";

/**
 * @typedef {import("./page_state.js").ArrayState} ArrayState
 * @typedef {import("./types.js").View} View
 */

export class Controls {
  #views = "";
  #steps = "";

  /**
   * @param {ArrayState} state
   * @param {(change: Partial<ArrayState>) => void} onChange
   */
  constructor(state, onChange) {
    this.onChange = onChange;
    this.state = state;
    this.select = /** @type {HTMLInputElement} */ (need("#select"));
    this.rate = /** @type {HTMLSelectElement} */ (need("#rate"));
    this.pause = need("#pause");
    this.hold = need("#hold");
    this.#listen();
    this.show(state);
    this.offer([]);
  }

  #listen() {
    this.rate.append(...RATES_HZ.map((hz) => h("option", { value: hz }, `${hz} Hz`)));
    this.rate.addEventListener("change", () => this.onChange({ rate_hz: Number(this.rate.value) }));
    this.select.addEventListener("change", () => this.#submit());
    this.pause.addEventListener("click", () => this.onChange({ paused: !this.state.paused }));
    need("#controls").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  #submit() {
    const select = this.select.value.trim() || "...";
    if (select !== this.state.select) this.onChange({ select });
  }

  /** @param {ArrayState} state */
  show(state) {
    this.state = state;
    this.rate.value = String(state.rate_hz);
    setAttribute(this.pause, "aria-pressed", String(state.paused));
    setText(this.pause, state.paused ? "Paused" : "Pause");
    setAttribute(this.hold, "aria-pressed", String(state.range !== null));
    for (const radio of document.querySelectorAll("#view-switch input")) {
      const input = /** @type {HTMLInputElement} */ (radio);
      input.checked = input.value === state.view;
    }
  }

  /** @param {string} text */
  showSelection(text) {
    if (document.activeElement !== this.select) this.select.value = text;
  }

  /** @param {string | null} detail */
  showError(detail) {
    const box = need("#select-error");
    box.hidden = detail === null;
    setText(box, detail ?? "");
    setAttribute(this.select, "aria-invalid", detail === null ? null : "true");
  }

  /**
   * Offer the views that fit what is selected.
   *
   * @param {View[]} views
   */
  offer(views) {
    const key = views.map(({ id }) => id).join();
    if (key === this.#views && key !== "") return;
    this.#views = key;
    const choices = [{ id: "auto", label: "Auto" }, ...views];
    const root = need("#view-switch");
    for (const old of root.querySelectorAll("label")) old.remove();
    root.append(...choices.map((choice) => this.#radio(choice)));
  }

  /** @param {{id: string, label: string}} view */
  #radio({ id, label }) {
    const input = h("input", {
      type: "radio",
      name: "view",
      value: id,
      "data-testid": `view-${id}`,
    });
    input.checked = id === this.state.view;
    input.addEventListener("change", () => this.onChange({ view: id }));
    return h("label", {}, input, h("span", {}, label));
  }

  /**
   * A number box for each axis that an integer takes away.
   *
   * @param {string} text the selection
   * @param {number[]} shape
   */
  offerSteps(text, shape) {
    const axes = steppedAxes(text, shape);
    const root = need("#stepped");
    root.hidden = axes.length === 0;
    const key = JSON.stringify(axes.map(({ axis, length }) => [axis, length]));
    if (key !== this.#steps)
      root.replaceChildren(...axes.map((axis) => this.#stepBox(axis, shape.length)));
    this.#steps = key;
    for (const { axis, index } of axes) {
      const box = /** @type {HTMLInputElement} */ (need(`[data-axis="${axis}"]`, root));
      if (document.activeElement !== box) box.value = String(index);
    }
  }

  /**
   * @param {{axis: number, length: number}} axis
   * @param {number} dimensions
   */
  #stepBox({ axis, length }, dimensions) {
    const id = `axis-${axis}`;
    const box = h("input", {
      id,
      type: "number",
      min: 0,
      max: length - 1,
      step: 1,
      "data-axis": axis,
      "data-testid": id,
    });
    box.addEventListener("input", () => {
      if (!box.checkValidity() || box.value === "") return;
      const select = withIndex(this.state.select ?? "...", dimensions, axis, Number(box.value));
      this.select.value = select;
      this.onChange({ select });
    });
    return h(
      "span",
      { class: "step" },
      h("label", { class: "label", for: id }, `axis ${axis}`),
      box,
    );
  }
}
