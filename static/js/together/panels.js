/** The panels of a page of several arrays: their order, what one tells the others, which is current. */
import { arrange, setAttribute } from "../page/element.js";
import { fittedChange, sharedChange } from "./linking.js";
import { fateOf } from "./model.js";
import { TogetherPanel } from "./panel.js";
import { MOST_PANELS, moved } from "./state.js";

/**
 * @typedef {import("../values/page_state.js").ArrayState} ArrayState
 * @typedef {import("../page/types.js").Row} Row
 *
 * @typedef {object} PanelsListener
 * @property {() => import("./linking.js").Links} links
 * @property {() => void} changed the panels, their order, or what is seen of one
 * @property {import("../values/remembered.js").Remembered} remembered
 */

export class TogetherPanels {
  /** @type {TogetherPanel[]} */
  #panels = [];
  /** @type {Row[] | null} */
  #rows = null;
  /** Why nothing is heard of an array's host. @type {(id: string) => string} */
  #away = () => "";
  /** @type {TogetherPanel | null} */
  #current = null;
  #spreading = false;

  /**
   * @param {HTMLElement} root
   * @param {import("../stream/connection.js").Connection} connection
   * @param {PanelsListener} listener
   */
  constructor(root, connection, listener) {
    this.root = root;
    this.connection = connection;
    this.listener = listener;
    for (const type of ["focusin", "pointerdown"])
      root.addEventListener(type, ({ target }) => this.#point(/** @type {Node} */ (target)));
  }

  get count() {
    return this.#panels.length;
  }

  /** The panel that keys are meant for: where the user was last, or else the first. */
  get current() {
    return this.#current ?? this.#panels[0] ?? null;
  }

  /** @returns {import("./state.js").PanelState[]} */
  states() {
    return this.#panels.map(({ id, values }) => ({ id, state: values.state }));
  }

  /** @param {Node} target */
  #point(target) {
    this.#makeCurrent(this.#panels.find(({ root }) => root.contains(target)) ?? null);
  }

  /** @param {TogetherPanel | null} panel */
  #makeCurrent(panel) {
    this.#current = panel;
    for (const one of this.#panels) setAttribute(one.root, "data-current", one === this.current);
  }

  /** @param {number} by */
  go(by) {
    if (!this.current) return false;
    const place = this.#panels.indexOf(this.current) + by + this.count;
    this.#panels[place % this.count]?.root.focus();
    return true;
  }

  /**
   * @param {string} id
   * @param {ArrayState} state
   * @param {boolean} told whether it is to be seen so, or else as it was seen last
   * @param {number} [place]
   * @returns {boolean} whether there is room
   */
  add(id, state, told, place = this.count) {
    if (this.count >= MOST_PANELS) return false;
    const panel = new TogetherPanel(this.connection, id, state, told, {
      changed: (one, before) => this.#changed(one, before),
      remembered: (row) => this.listener.remembered.find(row),
      move: (one, by) => this.#move(one, by),
      remove: (one) => this.#remove(one),
      replace: (one, successor) => this.#replace(one, successor),
    });
    this.#panels.splice(place, 0, panel);
    this.#arrange();
    if (this.#rows) this.update(this.#rows, this.#away);
    return true;
  }

  #arrange() {
    arrange(
      this.root,
      this.#panels.map(({ root }) => root),
    );
    for (const [place, panel] of this.#panels.entries())
      panel.place({ first: place === 0, last: place === this.count - 1 });
    this.#makeCurrent(this.current);
    this.listener.changed();
  }

  /**
   * @param {TogetherPanel} panel
   * @param {number} by
   */
  #move(panel, by) {
    this.#panels = moved(this.#panels, panel, by);
    this.#arrange();
    panel.root.focus();
  }

  /** @param {TogetherPanel} panel */
  #remove(panel) {
    const place = this.#panels.indexOf(panel);
    panel.unmount();
    this.#panels = this.#panels.filter((one) => one !== panel);
    if (this.#current === panel) this.#current = this.#panels[place] ?? null;
    this.#arrange();
    this.current?.root.focus();
  }

  /**
   * @param {TogetherPanel} panel
   * @param {string} id
   */
  #replace(panel, id) {
    const place = this.#panels.indexOf(panel);
    const { state } = panel.values;
    this.#remove(panel);
    this.add(id, state, true, place);
  }

  /**
   * @param {Row[]} rows of all arrays there are
   * @param {(id: string) => string} away why nothing is heard of an array's host; empty where it is
   */
  update(rows, away) {
    this.#rows = rows;
    this.#away = away;
    for (const panel of this.#panels) {
      const known = panel.row !== null;
      panel.update(fateOf(rows, panel.id, known, away(panel.id)));
    }
  }

  /**
   * Look at all otherwise.
   *
   * @param {Partial<ArrayState>} change
   */
  changeAll(change) {
    this.#spread(() => {
      for (const { values } of this.#panels) values.change(change);
    });
    this.listener.changed();
  }

  step() {
    for (const { values } of this.#panels) values.step();
  }

  /**
   * @param {TogetherPanel} panel
   * @param {ArrayState} before
   */
  #changed(panel, before) {
    const { state } = panel.values;
    // The colours of a difference are not the array's.
    if (panel.row && !state.against) this.listener.remembered.note(panel.row, state);
    if (this.#spreading) return;
    const change = sharedChange(before, state, this.listener.links());
    const dimensions = panel.row?.shape.length ?? 0;
    this.#spread(() => {
      for (const other of this.#panels.filter((one) => one !== panel)) {
        const fitted = fittedChange(change, dimensions, other.target());
        if (fitted) other.values.change(fitted);
      }
    });
    this.listener.changed();
  }

  /** @param {() => void} deed changes panels, each of which tells of it */
  #spread(deed) {
    this.#spreading = true;
    try {
      deed();
    } finally {
      this.#spreading = false;
    }
  }
}
