/** Who uses an array: its writers as dots by state, or its processes as hollow dots by access. */

import { aliveCount, writersInWords } from "../health/health.js";
import { h, setAttribute, setText } from "../page/element.js";
import { stateDot } from "../page/icons.js";
import { hasWriters, usersAsDots, usersBriefly, usersInWords } from "./users.js";

/** As many dots as fit beside the count. */
const MOST_DOTS = 8;

export class UsersCell {
  /** @param {HTMLElement} element the cell */
  constructor(element) {
    this.element = element;
    this.count = h("span", { class: "count" });
    this.dots = h("span", { class: "dots" });
    this.words = h("span", { class: "visually-hidden" });
    element.append(this.count, this.dots, this.words);
  }

  /** @param {import("../page/types.js").Row} row */
  update(row) {
    if (hasWriters(row)) {
      const states = row.writers.slice(0, MOST_DOTS).map(({ state }) => state);
      this.#show("writers", String(aliveCount(row.writers)), states, writersInWords(row.writers));
    } else {
      const dots = usersAsDots(row.users, MOST_DOTS);
      this.#show("users", usersBriefly(row.users), dots, usersInWords(row));
    }
  }

  /**
   * @param {"writers" | "users"} kind
   * @param {string} count
   * @param {string[]} dots
   * @param {string} words
   */
  #show(kind, count, dots, words) {
    setAttribute(this.element, "data-kind", kind);
    setAttribute(this.element, "title", words);
    setText(this.count, count);
    setText(this.words, words);
    const key = dots.join();
    if (this.dots.dataset.states === key) return;
    this.dots.dataset.states = key;
    this.dots.replaceChildren(...dots.map(stateDot));
  }
}
