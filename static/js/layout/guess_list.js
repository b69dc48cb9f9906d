/** What the server thinks that bytes may be: suggestions to try, none of them applied by itself. */
import { h, need, setAttribute, setText } from "../page/element.js";
import { describeLayout, keyOfLayout } from "./form.js";

/**
 * @typedef {import("./types.js").Guess} Guess
 * @typedef {import("./types.js").Layout} Layout
 */

export class GuessList {
  /** @type {{key: string, button: HTMLElement}[]} */
  #entries = [];

  /**
   * @param {HTMLElement} root
   * @param {(layout: Layout) => void} onPick
   */
  constructor(root, onPick) {
    this.onPick = onPick;
    this.list = need("ol", root);
    this.note = need("p", root);
    this.root = root;
  }

  /** @param {import("../values/array_api.js").ArrayApi} api */
  async ask(api) {
    this.#say("Looking at the bytes…");
    try {
      this.#show(await api.guesses());
    } catch (error) {
      this.#say("");
      throw error;
    }
  }

  /** @param {string} text */
  #say(text) {
    this.root.hidden = false;
    this.note.hidden = text === "";
    setText(this.note, text);
  }

  /** @param {Guess[]} guesses */
  #show(guesses) {
    this.#say(guesses.length > 0 ? "" : "Nothing in it suggests a layout.");
    this.#entries = guesses.map((guess) => ({
      key: keyOfLayout(guess.layout),
      button: this.#entry(guess),
    }));
    this.list.replaceChildren(...this.#entries.map(({ button }) => h("li", {}, button)));
  }

  /** @param {Guess} guess */
  #entry({ layout, confidence, reason }) {
    const fill = h("span", { class: "gauge-fill" });
    fill.style.width = `${Math.round(100 * Math.min(1, Math.max(0, confidence)))}%`;
    const share = h("span", { class: "figure", "data-testid": "guess-confidence" });
    setText(share, percent(confidence));
    const gauge = h("span", { class: "gauge", "aria-hidden": "true" }, fill);
    const button = h(
      "button",
      { type: "button", class: "guess", "data-testid": "guess", "aria-pressed": "false" },
      h("span", { class: "guess-layout", "data-testid": "guess-layout" }, describeLayout(layout)),
      h("span", { class: "guess-share" }, gauge, share),
      h("span", { class: "guess-reason", "data-testid": "guess-reason" }, reason),
    );
    button.addEventListener("click", () => this.onPick(layout));
    return button;
  }

  /** @param {Layout | null} layout the one that is tried now */
  mark(layout) {
    const key = keyOfLayout(layout);
    for (const entry of this.#entries) {
      setAttribute(entry.button, "aria-pressed", String(entry.key === key));
    }
  }
}

/** @param {number} confidence */
function percent(confidence) {
  return confidence > 0 && confidence < 0.01 ? "< 1 %" : `${Math.round(100 * confidence)} %`;
}
