/** A selection as a grid of cells, with an active cell, on the page: what numbers, records and text share. */

import { copyText } from "../page/copy_box.js";
import { h } from "../page/element.js";
import { Throttle } from "../page/throttle.js";
import { countsOf } from "../values/viewport.js";
import { GridBar } from "./bar.js";
import { CellChanges } from "./cell_changes.js";
import { copiedText, copyOf } from "./copy.js";
import { GridFollow } from "./follow.js";
import { GridHand } from "./hand.js";
import { parseIndex } from "./index.js";
import { cellOf, gridOf, indexOfCell } from "./model.js";
import { VirtualGrid } from "./virtual_grid.js";
import { cornerOf, seenPart } from "./window.js";
import { cellName, fullTexts, gridText, knownCells, selectionKey } from "./words.js";

/**
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../values/types.js").Frame} Frame
 * @typedef {import("../views/types.js").ViewOptions} ViewOptions
 * @typedef {import("./painter.js").Shown} Shown
 * @typedef {{label: string, testid: string, kind: string, large: boolean, one: string, many: string}} Words
 */

const ASK_EVERY_MS = 80;

export class GridView {
  /** @type {Shown | null} */
  #shown = null;
  #key = "";
  #follow = new GridFollow([]);
  #counts = new CellChanges();
  #counting = false;
  #mounted = true;

  /**
   * @param {HTMLElement} root
   * @param {import("../views/types.js").ViewActions} actions
   * @param {Words} words
   */
  constructor(root, actions, words) {
    this.actions = actions;
    this.words = words;
    this.root = h("div", { class: `grid-view ${words.kind}` });
    root.append(this.root);
    this.grid = new VirtualGrid(this.root, words, () => this.#scrolled());
    this.bar = new GridBar({
      goTo: (text) => this.#goTo(text),
      copy: () => this.#copy(),
      watch: () => this.#watch(),
    });
    this.root.append(this.bar.root);
    this.asking = new Throttle(() => this.#ask(), ASK_EVERY_MS);
    this.hand = new GridHand(this.grid, {
      moved: () => this.#moved(),
      copy: () => this.#copy(),
      watch: () => this.#watch(),
    });
  }

  /**
   * @param {Schema} schema
   * @param {Frame} frame
   * @param {ViewOptions} options
   */
  render(schema, frame, { viewport, look }) {
    const grid = this.#gridFor(schema);
    const begins = grid !== this.#shown?.grid;
    this.#count(look.changes, frame !== this.#shown?.frame);
    this.#shown = { schema, frame, grid };
    this.grid.draw(this.#shown, look.format, look.changes ? this.#counts : null);
    if (this.#follow.notice(viewport)) this.grid.jump(this.#cornerOf(viewport));
    if (begins) this.#ask();
    else this.asking.soon();
    this.#showActive();
    this.bar.form.hidden = grid.total * grid.columns <= 1;
    return { text: gridText(this.#shown, this.grid.seen, this.words), range: null };
  }

  /** @param {Schema} schema */
  #gridFor(schema) {
    const key = selectionKey(schema);
    const counts = countsOf(schema).join();
    const known = key === this.#key ? this.#shown?.grid : undefined;
    if (known?.counts.join() === counts) return known;
    const grid = gridOf(schema);
    // What only grows, as a list does, is looked at where it was.
    this.grid.adopt(grid, known ? this.grid.scroller.place : { row: 0, column: 0 });
    this.hand.adopt(grid, !known);
    this.#follow = new GridFollow(grid.counts);
    if (!known) this.#counts.clear();
    this.#key = key;
    return grid;
  }

  /**
   * @param {boolean} counting
   * @param {boolean} fresh whether the frame is a new one
   */
  #count(counting, fresh) {
    if (counting && !this.#counting) this.#counts.clear();
    this.#counting = counting;
    if (counting && fresh) this.#counts.looks += 1;
    this.bar.showChanges(counting ? this.#counts : null);
  }

  /** @param {import("../views/types.js").Viewport | null} viewport */
  #cornerOf(viewport) {
    const grid = this.#shown?.grid;
    return grid && viewport ? cornerOf(grid, viewport) : { row: 0, column: 0 };
  }

  #scrolled() {
    this.#follow.lead();
    this.hand.show();
    this.asking.soon();
  }

  /** Say where the grid is, and ask for what is seen there. */
  #ask() {
    if (!this.#shown || !this.#mounted || this.#shown.grid.total === 0) return;
    const seen = seenPart(this.#shown.grid, this.grid.seen);
    const window = this.#follow.asked(seen);
    if (window) this.actions.detail({ most: null, reduce: "stride", window });
    const viewport = this.#follow.said(seen);
    if (viewport !== undefined) this.actions.show(viewport);
  }

  #moved() {
    this.bar.say("");
    this.#showActive();
  }

  #showActive() {
    this.hand.show();
    const index = this.#activeIndex();
    const { active } = this.hand;
    this.bar.watch.disabled = !index;
    if (!this.#shown || !active || !index) return this.bar.show("", "");
    const text = fullTexts(this.#shown)(active.row)(active.column) ?? "not here yet";
    const times = this.#counts.of(active.row * this.#shown.grid.columns + active.column);
    const changes = this.#counting ? ` · changed ${times} times` : "";
    return this.bar.show(cellName(this.#shown, active), text + changes);
  }

  /** The index in the array of the active cell; null without one. */
  #activeIndex() {
    const { active } = this.hand;
    if (!this.#shown || !active) return null;
    return indexOfCell(this.#shown.schema, this.#shown.grid, active.row, active.column);
  }

  #watch() {
    const index = this.#activeIndex();
    if (index) this.actions.watch(index);
    return index !== null;
  }

  /**
   * @param {string} text
   * @returns {string} what is wrong
   */
  #goTo(text) {
    if (!this.#shown) return "";
    const found = parseIndex(text, this.#shown.schema);
    if ("error" in found) return found.error;
    this.hand.goTo(cellOf(this.#shown.grid, found.places), false);
    this.grid.pane.box.focus({ preventScroll: true });
    return "";
  }

  #copy() {
    if (!this.#shown) return false;
    const { rectangle } = this.hand;
    const { text, cells } = copyOf(rectangle, knownCells(this.#shown), fullTexts(this.#shown));
    void copyText(text).then((done) => {
      this.bar.say(done ? copiedText(cells, rectangle) : "The browser did not allow to copy");
    });
    return true;
  }

  /** @param {import("../views/types.js").ViewAction} action */
  act(action) {
    if (action === "copy") return this.#copy();
    if (action !== "go-to" || this.bar.form.hidden) return false;
    this.bar.ask();
    return true;
  }

  unmount() {
    this.#mounted = false;
    this.grid.unmount();
  }
}
