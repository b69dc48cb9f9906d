/** How many arrays are at each level of health; a click shows those alone. */

import { hasWord } from "../overview/filter.js";
import { h, need, setAttribute, setText } from "../page/element.js";
import { levelMark } from "../page/icons.js";
import { WORST_FIRST } from "./health.js";

export class LevelButtons {
  /** @type {Map<string, HTMLButtonElement>} */
  #buttons = new Map();

  /**
   * @param {HTMLElement} root
   * @param {(word: string) => void} onPick
   */
  constructor(root, onPick) {
    this.root = root;
    for (const level of WORST_FIRST) {
      const count = h("span", { class: "figure", "data-testid": `count-${level}` });
      const mark = levelMark(level);
      mark.removeAttribute("data-testid"); // it is of no array
      const button = h(
        "button",
        { type: "button", class: "chip", "data-testid": `show-${level}` },
        mark,
        count,
      );
      button.addEventListener("click", () => onPick(`health:${level}`));
      this.#buttons.set(level, button);
    }
    root.append(...this.#buttons.values());
  }

  /**
   * @param {{level: import("./health_types.js").Level, count: number}[]} counts
   * @param {string} filter
   */
  update(counts, filter) {
    this.root.hidden = false;
    for (const { level, count } of counts) {
      const button = /** @type {HTMLButtonElement} */ (this.#buttons.get(level));
      const pressed = hasWord(filter, `health:${level}`);
      setText(need(".figure", button), String(count));
      setAttribute(button, "aria-pressed", String(pressed));
      setAttribute(
        button,
        "title",
        pressed ? "Show all again" : `Show these alone: health:${level}`,
      );
      button.hidden = count === 0 && !pressed;
    }
  }
}
