/** What is common to all arrays of a page: links, rate, pause, columns, and another array. */
import { h, need, setAttribute, setText } from "../page/element.js";
import { RATES_HZ } from "../values/page_state.js";
import { namesOf } from "./model.js";

/**
 * @typedef {import("./linking.js").Links} Links
 * @typedef {Links & {columns: number}} Arrangement columns: 0 for as many as fit
 * @typedef {{rate_hz: number, paused: boolean}} Common
 *
 * @typedef {object} BarListener
 * @property {(change: Partial<Common>) => void} change
 * @property {() => void} step
 * @property {(arrangement: Arrangement) => void} arrange
 * @property {(text: string) => Promise<string | null>} add says what is wrong, or null
 */

const KEY = "shmscope.together";

export class TogetherBar {
  #names = "";
  #known = false; // whether the list of arrays has come
  #asked = false; // for an array, before it had

  /**
   * @param {import("../page/kept.js").Kept} kept
   * @param {Common} common
   * @param {BarListener} listener
   */
  constructor(kept, common, listener) {
    this.kept = kept;
    this.listener = listener;
    this.arrangement = arrangementOf(kept.readJson(KEY));
    this.rate = /** @type {HTMLSelectElement} */ (need("#common-rate"));
    this.columns = /** @type {HTMLSelectElement} */ (need("#columns"));
    this.add = /** @type {HTMLInputElement} */ (need("#add"));
    this.pause = need("#common-pause");
    this.rate.append(...RATES_HZ.map((hz) => h("option", { value: hz }, `${hz} Hz`)));
    this.common = common;
    this.show(common);
    this.#listen();
    this.#showArrangement();
  }

  #listen() {
    const { change, step } = this.listener;
    this.rate.addEventListener("change", () => change({ rate_hz: Number(this.rate.value) }));
    this.pause.addEventListener("click", () => change({ paused: !this.common.paused }));
    need("#common-step").addEventListener("click", step);
    this.columns.addEventListener("change", () =>
      this.#arrange({ columns: Number(this.columns.value) }),
    );
    for (const key of /** @type {const} */ (["places", "looks"])) {
      need(`#link-${key}`).addEventListener("click", () =>
        this.#arrange({ [key]: !this.arrangement[key] }),
      );
    }
    need("#together-bar").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  async #submit() {
    this.#asked = !this.#known;
    if (this.#asked) return;
    const text = this.add.value;
    const problem = await this.listener.add(text.trim());
    if (this.add.value !== text) return; // the user went on meanwhile
    if (problem === null) this.add.value = "";
    this.showProblem(problem);
  }

  /** @param {string | null} problem */
  showProblem(problem) {
    need("#add-problem").hidden = problem === null;
    setText(need("#add-problem"), problem ?? "");
    setAttribute(this.add, "aria-invalid", problem === null ? null : "true");
  }

  /** @param {Partial<Arrangement>} change */
  #arrange(change) {
    this.arrangement = { ...this.arrangement, ...change };
    this.kept.write(KEY, JSON.stringify(this.arrangement));
    this.#showArrangement();
    this.listener.arrange(this.arrangement);
  }

  #showArrangement() {
    const { places, looks, columns } = this.arrangement;
    setAttribute(need("#link-places"), "aria-pressed", String(places));
    setAttribute(need("#link-looks"), "aria-pressed", String(looks));
    this.columns.value = String(columns);
  }

  /** @param {Common} common */
  show(common) {
    this.common = common;
    this.rate.value = String(common.rate_hz);
    setAttribute(this.pause, "aria-pressed", String(common.paused));
    setText(this.pause, common.paused ? "Paused" : "Pause");
  }

  /** @param {import("../page/types.js").Row[]} rows */
  offer(rows) {
    this.#known = true;
    if (this.#asked) this.#submit();
    const names = [...namesOf(rows).keys()].sort();
    const key = JSON.stringify(names);
    if (key === this.#names) return;
    this.#names = key;
    need("#add-names").replaceChildren(...names.map((value) => h("option", { value })));
  }
}

/**
 * @param {any} kept
 * @returns {Arrangement}
 */
function arrangementOf(kept) {
  const columns = Number(kept?.columns);
  return {
    places: kept?.places !== false,
    looks: kept?.looks !== false,
    columns: [1, 2, 3, 4].includes(columns) ? columns : 0,
  };
}
