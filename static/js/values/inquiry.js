/**
 * What the server is asked for about one array: by the state, by another layout that is tried, and
 * by what the view on the screen can make use of.
 *
 * @typedef {import("./page_state.js").ArrayState} ArrayState
 * @typedef {import("../layout/types.js").Layout} Layout
 * @typedef {import("./types.js").Schema} Schema
 */
import { axesKey, firstOfLayout, firstSelection, isRecords } from "./selection.js";
import { countsOf } from "./viewport.js";
import { wishOf } from "./wish.js";

export class Inquiry {
  /** @type {import("../page/types.js").Facts | null} */
  row = null;
  /** @type {import("../views/types.js").Detail | null} what the view asks for */
  detail = null;
  /** @type {{schema: Schema, key: string} | null} the key says which selection it belongs to */
  #known = null;
  #wanted = "";
  /**
   * Another layout, asked for and not accepted yet, with the user's selection of it.
   *
   * @type {Pick<ArrayState, "layout" | "select"> | null}
   */
  #pending = null;

  /** What the server said last of what it sends. */
  get schema() {
    return this.#known?.schema ?? null;
  }

  /**
   * Ask for another layout; what is shown stays until it is accepted.
   *
   * @param {Layout | null} layout null for the array's own
   * @param {ArrayState} state
   */
  preview(layout, state) {
    // A selection belongs to a dtype and its axes: other ones begin with their own.
    const alike = axesKey(layout ?? this.row) === axesKey(state.layout ?? this.row);
    this.#pending = { layout, select: alike ? state.select : null };
  }

  /**
   * Select of the layout that is tried.
   *
   * @param {string | null | undefined} select
   * @returns {boolean} whether one is
   */
  selectOfPreview(select) {
    if (!this.#pending || select === undefined) return false;
    this.#pending.select = select;
    return true;
  }

  /** @param {ArrayState} state */
  layoutOf(state) {
    return (this.#pending ?? state).layout;
  }

  /**
   * The selection to ask for: the user's, else one that suits the layout.
   *
   * @param {ArrayState} state
   */
  selectionOf(state) {
    const { layout, select } = this.#pending ?? state;
    const first = layout ? firstOfLayout(layout) : this.row && firstSelection(this.row);
    return select ?? first ?? "...";
  }

  /** The shape of the whole array, as far as it is known. */
  get shape() {
    return this.schema?.shape ?? this.row?.shape ?? [];
  }

  /**
   * @param {ArrayState} state
   * @returns {import("./wish.js").Wish}
   */
  wish(state) {
    const layout = this.layoutOf(state);
    const select = this.selectionOf(state);
    const { order, field, part } = state;
    this.#wanted = JSON.stringify([select, order, field, part, layout]);
    const schema = this.#known?.key === this.#wanted ? this.#known.schema : null;
    const dtype = layout?.dtype ?? this.row?.dtype_spec ?? "";
    const records = field === null && isRecords(dtype);
    const detail = schema ? this.detail : null;
    const counts = schema ? countsOf(schema) : null;
    return wishOf({ ...state, layout }, select, { counts, detail, records });
  }

  /**
   * The server has accepted what was asked for last.
   *
   * @param {Schema} schema
   * @returns {Pick<ArrayState, "layout" | "select"> | null} the layout that was tried, if one was
   */
  accept(schema) {
    const accepted = this.#pending;
    this.#pending = null;
    this.#known = { schema, key: this.#wanted };
    return accepted;
  }

  /** The layout that was tried cannot be. */
  refuse() {
    this.#pending = null;
  }
}
