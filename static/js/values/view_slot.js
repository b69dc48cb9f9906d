/** The screen: the view that fits what is selected, mounted once and drawn into. */
import { h } from "../page/element.js";
import { chooseView } from "../views/index.js";

/**
 * @typedef {import("../page/types.js").Schema} Schema
 * @typedef {import("../page/types.js").MountedView} MountedView
 */

export class ViewSlot {
  /** @type {{id: string, view: MountedView} | null} */
  #mounted = null;

  /** The view on the screen. */
  get view() {
    return this.#mounted?.view ?? null;
  }

  /**
   * @param {HTMLElement} screen
   * @param {import("../page/types.js").ViewActions} actions
   * @param {() => void} onChange another view comes: what the one before asked for holds no more
   */
  constructor(screen, actions, onChange) {
    this.screen = screen;
    this.actions = actions;
    this.onChange = onChange;
  }

  /**
   * @param {Schema} schema
   * @param {string} wanted a view's id, or "auto"
   * @returns {MountedView | undefined} undefined where no view can show it
   */
  viewFor(schema, wanted) {
    const choice = chooseView(schema, wanted);
    if (choice && this.#mounted?.id === choice.id) return this.#mounted.view;
    this.#mounted?.view.unmount();
    this.#mounted = null;
    this.onChange();
    const note = choice ? [] : [h("p", { class: "screen-note" }, "No view can show this.")];
    this.screen.replaceChildren(...note);
    this.screen.dataset.view = choice?.id ?? "none";
    const view = choice?.mount(this.screen, this.actions);
    this.#mounted = choice && view ? { id: choice.id, view } : null;
    return view;
  }
}
