/** What can be chosen of how values are drawn: only what the present view makes use of. */
import { h, setAttribute } from "../page/element.js";
import { CHOICES } from "./look.js";

/**
 * @typedef {import("../views/types.js").Tool} Tool
 * @typedef {import("./types.js").Schema} Schema
 * @typedef {import("./page_state.js").ArrayState} ArrayState
 * @typedef {{id: string, label: string}} Choice
 * @typedef {{tool: string, label: string, choices: Choice[], value: string,
 *   change: (value: string) => Partial<ArrayState>}} Offer
 */

const TOOLS = /** @type {const} */ (["map", "scale", "range", "reduce", "format"]);
const LABELS = { map: "Colours", scale: "Scale", reduce: "Reduce by", format: "Format" };
const PARTS = ["", "magnitude", "phase", "real", "imaginary"].map((id) => ({
  id,
  label: id || "both parts",
}));

/**
 * Every select that fits what is shown, with what its values change.
 *
 * @param {ArrayState} state
 * @param {Schema} schema
 * @param {Tool[]} tools
 * @param {string[]} fields of the array, empty where its dtype has none
 * @returns {Offer[]}
 */
function offersOf(state, schema, tools, fields) {
  const wanted = TOOLS.filter((tool) => tools.includes(tool));
  const offers = wanted.map((tool) =>
    tool === "range" ? rangeOffer(state) : lookOffer(tool, state),
  );
  return [...sourceOffers(state, schema, fields), ...offers];
}

/**
 * @param {Exclude<typeof TOOLS[number], "range">} tool
 * @param {ArrayState} state
 * @returns {Offer}
 */
function lookOffer(tool, { look }) {
  const change = (/** @type {string} */ value) => ({ look: { ...look, [tool]: value } });
  return { tool, label: LABELS[tool], choices: CHOICES[tool], value: look[tool], change };
}

/**
 * @param {ArrayState} state
 * @returns {Offer}
 */
function rangeOffer({ look, range }) {
  const held = range ? [{ id: "held", label: "Held" }] : [];
  return {
    tool: "clip",
    label: "Range",
    choices: [...CHOICES.clip, ...held],
    value: range ? "held" : String(look.clip),
    change: (value) =>
      value === "held" ? {} : { range: null, look: { ...look, clip: Number(value) } },
  };
}

/**
 * What of an element is shown: a field of records, a part of a complex number.
 *
 * @param {ArrayState} state
 * @param {Schema} schema
 * @param {string[]} fields
 * @returns {Offer[]}
 */
function sourceOffers({ field, part }, { kind }, fields) {
  /** @type {Offer[]} */
  const offers = [];
  if (fields.length > 0) {
    const choices = [{ id: "", label: "all fields" }, ...fields.map((id) => ({ id, label: id }))];
    const change = (/** @type {string} */ value) => ({
      field: value || null,
      viewport: null,
      range: null,
    });
    offers.push({ tool: "field", label: "Field", choices, value: field ?? "", change });
  }
  if (kind === "complex" || part !== null) {
    const change = (/** @type {string} */ value) => ({
      part: /** @type {ArrayState["part"]} */ (value || null),
      range: null,
    });
    offers.push({ tool: "part", label: "Part", choices: PARTS, value: part ?? "", change });
  }
  return offers;
}

export class LookBar {
  #key = "";
  /** @type {Offer[]} */
  #offers = [];
  /** @type {string[]} */
  #fields = [];

  /**
   * @param {HTMLElement} root
   * @param {(change: Partial<ArrayState>) => void} onChange
   */
  constructor(root, onChange) {
    this.root = root;
    this.onChange = onChange;
  }

  /**
   * @param {ArrayState} state
   * @param {Schema} schema
   * @param {Tool[]} tools
   */
  show(state, schema, tools) {
    if (schema.fields) this.#fields = schema.fields.map(({ name }) => name);
    else if (state.field === null) this.#fields = [];
    else if (this.#fields.length === 0) this.#fields = [state.field];
    this.#offers = offersOf(state, schema, tools, this.#fields);
    const changes = tools.includes("changes");
    const key = JSON.stringify([this.#offers.map(({ tool, choices }) => [tool, choices]), changes]);
    if (key !== this.#key) this.#build(changes);
    this.#key = key;
    this.root.hidden = this.#offers.length === 0 && !changes;
    for (const { tool, value } of this.#offers) {
      const select = /** @type {HTMLSelectElement} */ (
        this.root.querySelector(`[data-tool="${tool}"]`)
      );
      if (select.value !== value) select.value = value;
    }
    const button = this.root.querySelector("[data-tool=changes]");
    if (button) setAttribute(button, "aria-pressed", String(state.look.changes));
    this.look = state.look;
  }

  /** @param {boolean} changes */
  #build(changes) {
    const selects = this.#offers.map(({ tool, label, choices }) => {
      const options = choices.map(({ id, label: text }) => h("option", { value: id }, text));
      const select = h("select", { "data-tool": tool, "data-testid": `tool-${tool}` }, ...options);
      select.addEventListener("change", () => this.#chosen(tool, select.value));
      return h("label", { class: "control" }, h("span", { class: "label" }, label), select);
    });
    this.root.replaceChildren(...selects, ...(changes ? [this.#changesButton()] : []));
  }

  #changesButton() {
    const title = "Show how often each element was seen to change since now";
    const button = h(
      "button",
      { type: "button", "data-tool": "changes", "data-testid": "tool-changes", title },
      "Changes",
    );
    button.addEventListener("click", () => {
      if (this.look) this.onChange({ look: { ...this.look, changes: !this.look.changes } });
    });
    return h("span", { class: "control buttons" }, button);
  }

  /**
   * @param {string} tool
   * @param {string} value
   */
  #chosen(tool, value) {
    const offer = this.#offers.find((one) => one.tool === tool);
    if (offer) this.onChange(offer.change(value));
  }
}
