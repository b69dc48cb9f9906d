/** Arrays chosen in the overview, to be looked at in one page. */
import { h, need, setText } from "../page/element.js";
import { formatCount } from "../page/format.js";
import { MOST_PANELS, togetherAddress } from "../together/state.js";

/** @typedef {import("../page/types.js").Row} Row */

/**
 * The box by which an array is chosen.
 *
 * @param {Row} row
 */
export function choiceBox({ id, name }) {
  return h("input", {
    type: "checkbox",
    class: "choose",
    value: id,
    title: "Look at it together with others",
    "aria-label": `Look at ${name} together with others`,
    "data-testid": "choose",
  });
}

export class TogetherChoice {
  /** @type {Set<string>} in the order in which they were chosen */
  #chosen = new Set();

  /** @param {HTMLElement} table */
  constructor(table) {
    this.table = table;
    this.bar = need("#choice");
    table.addEventListener("change", ({ target }) => {
      const box = /** @type {HTMLInputElement} */ (target);
      if (!box.matches(".choose")) return;
      if (box.checked) this.#chosen.add(box.value);
      else this.#chosen.delete(box.value);
      this.#show();
    });
    need("#choice-none").addEventListener("click", () => this.#clear());
  }

  #clear() {
    this.#chosen.clear();
    for (const box of this.#boxes()) box.checked = false;
    this.#show();
    need("a", this.table).focus();
  }

  /** @returns {NodeListOf<HTMLInputElement>} */
  #boxes() {
    return this.table.querySelectorAll(".choose");
  }

  /**
   * What has gone is chosen no more.
   *
   * @param {Row[]} rows
   */
  update(rows) {
    if (this.#chosen.size === 0) return;
    const present = new Set(rows.filter(({ gone_s }) => gone_s === null).map(({ id }) => id));
    const gone = [...this.#chosen].filter((id) => !present.has(id));
    for (const id of gone) this.#chosen.delete(id);
    for (const box of this.#boxes()) box.checked = this.#chosen.has(box.value);
    if (gone.length > 0) this.#show();
  }

  #show() {
    const { size } = this.#chosen;
    this.bar.hidden = size === 0;
    this.table.toggleAttribute("data-choosing", size > 0);
    const link = /** @type {HTMLAnchorElement} */ (need("a", this.bar));
    link.href = togetherAddress([...this.#chosen].slice(0, MOST_PANELS));
    setText(link, `Look at ${formatCount(Math.min(size, MOST_PANELS), "array")} together`);
    const over = size > MOST_PANELS ? `A page shows at most ${MOST_PANELS}.` : "";
    setText(need("#choice-note"), over);
  }
}
