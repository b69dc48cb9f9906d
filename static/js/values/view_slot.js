/** The screen: the view that fits what is selected, mounted once and drawn into. */
import { h } from "../page/element.js";
import { insist } from "../page/later.js";
import { chooseView } from "../views/index.js";

/**
 * @typedef {import("./types.js").Schema} Schema
 * @typedef {import("../views/types.js").MountedView} MountedView
 * @typedef {import("../views/types.js").View} View
 */

export class ViewSlot {
  /** @type {View | undefined} */
  #choice;
  /** @type {MountedView | null} */
  #mounted = null;

  /** The view on the screen. */
  get view() {
    return this.#mounted;
  }

  /**
   * @param {HTMLElement} screen
   * @param {import("../views/types.js").ViewActions} actions
   * @param {{changed: () => void, ready: () => void}} listener `changed`: another view comes, and
   *   what the one before asked for holds no more; `ready`: now it can draw
   */
  constructor(screen, actions, listener) {
    this.screen = screen;
    this.actions = actions;
    this.listener = listener;
  }

  /**
   * @param {Schema} schema
   * @param {string} wanted a view's id, or "auto"
   * @returns {MountedView | null} null where no view can show it, or it is not there yet
   */
  viewFor(schema, wanted) {
    const choice = chooseView(schema, wanted);
    if (choice && choice === this.#choice) return this.#mounted;
    this.#clear();
    this.#choice = choice;
    this.screen.dataset.view = choice?.id ?? "none";
    if (choice) this.#load(choice);
    else this.#say("No view can show this.");
    return this.#mounted;
  }

  #clear() {
    this.#mounted?.unmount();
    this.#mounted = null;
    this.listener.changed();
    this.screen.replaceChildren();
  }

  /** @param {View} choice */
  async #load(choice) {
    const mount = await insist(choice.load).catch(() => null);
    if (choice !== this.#choice) return;
    if (mount === null) {
      this.#say("The script that draws this could not be fetched: load the page again.");
      return;
    }
    this.#mounted = mount(this.screen, this.actions);
    this.listener.ready();
  }

  /** @param {string} text */
  #say(text) {
    this.screen.replaceChildren(h("p", { class: "screen-note" }, text));
  }
}
