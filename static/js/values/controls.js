/** The controls above the values: view, selection, axes, rate, hold, pause, step. */

import { h, part, setAttribute, setText } from "../page/element.js";
import { AxesBar } from "./axes_bar.js";
import { fillScreen } from "./full_screen.js";
import { LookBar } from "./look_bar.js";
import { RATES_HZ } from "./page_state.js";

/**
 * @typedef {import("./page_state.js").ArrayState} ArrayState
 * @typedef {import("../views/types.js").View} View
 * @typedef {import("./types.js").Schema} Schema
 */

/** Panels of one page keep their switches apart. */
let panels = 0;

export class Controls {
  #views = "";
  #group = `view-${panels++}`;

  /**
   * @param {HTMLElement} root the panel
   * @param {ArrayState} state
   * @param {{change: (change: Partial<ArrayState>) => void, step: () => void}} listener
   */
  constructor(root, state, { change, step }) {
    this.root = root;
    this.onChange = change;
    this.onStep = step;
    this.state = state;
    this.select = /** @type {HTMLInputElement} */ (part(root, "select"));
    this.rate = /** @type {HTMLSelectElement} */ (part(root, "rate"));
    this.pause = part(root, "pause");
    this.hold = part(root, "hold");
    this.axes = new AxesBar(part(root, "axes"), (choice) => change({ ...choice }));
    this.look = new LookBar(part(root, "tools"), change);
    this.#listen();
    this.show(state);
    this.offer([]);
  }

  #listen() {
    this.rate.append(...RATES_HZ.map((hz) => h("option", { value: hz }, `${hz} Hz`)));
    this.rate.addEventListener("change", () => this.onChange({ rate_hz: Number(this.rate.value) }));
    this.select.addEventListener("change", () => this.#submit());
    this.pause.addEventListener("click", () => this.onChange({ paused: !this.state.paused }));
    part(this.root, "step").addEventListener("click", () => this.onStep());
    part(this.root, "fill").addEventListener("click", () => fillScreen(this.root));
    this.#listenToFold();
    part(this.root, "controls").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  /** Where there is little room, most controls are folded away. */
  #listenToFold() {
    const button = part(this.root, "show-controls");
    button.addEventListener("click", () => {
      const shown = this.root.dataset.controls === undefined;
      setAttribute(this.root, "data-controls", shown);
      setAttribute(button, "aria-expanded", String(shown));
    });
  }

  #submit() {
    const select = this.select.value.trim() || "...";
    if (select !== this.state.select) this.onChange({ select, order: null });
  }

  /** @param {ArrayState} state */
  show(state) {
    this.state = state;
    this.rate.value = String(state.rate_hz);
    setAttribute(this.pause, "aria-pressed", String(state.paused));
    setText(this.pause, state.paused ? "Paused" : "Pause");
    setAttribute(this.hold, "aria-pressed", String(state.range !== null));
    for (const radio of part(this.root, "view-switch").querySelectorAll("input")) {
      radio.checked = radio.value === state.view;
    }
  }

  /**
   * What the tools offer depends on what is shown, and by which view.
   *
   * @param {ArrayState} state
   * @param {Schema} schema
   * @param {View | undefined} view
   */
  showTools(state, schema, view) {
    const tools = view?.tools ?? [];
    this.axes.offered = tools.includes("axes");
    this.look.show(state, schema, tools);
  }

  /**
   * @param {string} select
   * @param {number[] | null} order
   * @param {number[]} shape
   */
  showSelection(select, order, shape) {
    if (document.activeElement !== this.select) this.select.value = select;
    this.axes.show({ select, order }, shape);
  }

  /**
   * @param {string | null} detail
   * @param {boolean} [invalid] whether the selection is to blame
   */
  showError(detail, invalid = detail !== null) {
    const box = part(this.root, "select-error");
    box.hidden = detail === null;
    setText(box, detail ?? "");
    setAttribute(this.select, "aria-invalid", invalid ? "true" : null);
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
    const root = part(this.root, "view-switch");
    for (const old of root.querySelectorAll("label")) old.remove();
    root.append(...choices.map((choice) => this.#radio(choice)));
  }

  /** @param {{id: string, label: string}} view */
  #radio({ id, label }) {
    const input = h("input", {
      type: "radio",
      name: this.#group,
      value: id,
      "data-testid": `view-${id}`,
    });
    input.checked = id === this.state.view;
    input.addEventListener("change", () => this.onChange({ view: id }));
    return h("label", {}, input, h("span", {}, label));
  }
}
