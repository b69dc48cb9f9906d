/** Every verdict with its sentence, since when, how sure, what it rests on, and what mends it. */
import { copyBox } from "../page/copy_box.js";
import { arrange, h, need, setText } from "../page/element.js";
import { formatDuration } from "../page/format.js";
import { levelMark } from "../page/icons.js";
import { factName, factValue, ruleWord, surenessMeaning } from "./health_words.js";

/** @typedef {import("./health_types.js").Verdict} Verdict */

export class HealthPanel {
  /** @type {Map<string, {key: string, element: HTMLElement}>} by rule */
  #items = new Map();

  /**
   * @param {HTMLElement} list
   * @param {string} quiet what is said while no rule has anything to say
   */
  constructor(list, quiet) {
    this.list = list;
    this.quiet = quietItem(quiet);
  }

  /** @param {import("./health_types.js").Health} health */
  update({ verdicts }) {
    const items = verdicts.map((verdict) => this.#itemOf(verdict));
    const shown = items.length > 0 ? items : [this.quiet];
    arrange(this.list, shown);
    const wanted = new Set(/** @type {Element[]} */ (shown));
    for (const old of [...this.list.children]) if (!wanted.has(old)) old.remove();
    const rules = new Set(verdicts.map(({ rule }) => rule));
    for (const rule of this.#items.keys()) if (!rules.has(rule)) this.#items.delete(rule);
  }

  /** @param {Verdict} verdict */
  #itemOf(verdict) {
    const { rule, level, remedy, sure, facts } = verdict;
    const key = JSON.stringify([level, remedy, sure, Object.keys(facts)]);
    const known = this.#items.get(rule);
    if (known?.key === key) {
      updateItem(known.element, verdict);
      return known.element;
    }
    const element = verdictItem(verdict);
    if (known?.element.querySelector("details")?.open) openFacts(element);
    this.#items.set(rule, { key, element });
    updateItem(element, verdict);
    return element;
  }
}

/** @param {HTMLElement} item */
function openFacts(item) {
  const fold = item.querySelector("details");
  if (fold) fold.open = true;
}

/**
 * @param {HTMLElement} item
 * @param {Verdict} verdict
 */
function updateItem(item, { sentence, since_s, facts }) {
  setText(need("[data-testid=verdict-sentence]", item), sentence);
  setText(need("[data-testid=verdict-since]", item), `for ${formatDuration(since_s)}`);
  for (const [name, value] of Object.entries(facts)) {
    setText(need(`[data-fact="${name}"]`, item), factValue(name, value));
  }
}

/** @param {Verdict} verdict */
function verdictItem({ rule, level, remedy, sure, facts }) {
  return h(
    "li",
    { class: "verdict", "data-level": level, "data-rule": rule, "data-testid": "verdict" },
    h(
      "p",
      { class: "verdict-head" },
      levelMark(level),
      h("span", { class: "rule-word", "data-testid": "verdict-rule" }, ruleWord(rule)),
      surenessMark(sure),
      h("span", { class: "since", "data-testid": "verdict-since" }),
    ),
    h("p", { class: "verdict-sentence", "data-testid": "verdict-sentence" }),
    factsFold(sure, Object.keys(facts)),
    remedy === null ? null : remedyBox(remedy),
  );
}

/** @param {string} sure what is certain is not said to be */
function surenessMark(sure) {
  const title = surenessMeaning(sure);
  return title === ""
    ? null
    : h("abbr", { class: "sure", title, "data-sure": sure, "data-testid": "verdict-sure" }, sure);
}

/**
 * @param {string} sure
 * @param {string[]} names
 */
function factsFold(sure, names) {
  if (names.length === 0) return null;
  const pairs = names.map((name) =>
    h(
      "div",
      {},
      h("dt", {}, factName(name)),
      h("dd", { "data-fact": name, "data-testid": "verdict-fact" }),
    ),
  );
  const meaning = surenessMeaning(sure);
  return h(
    "details",
    { class: "verdict-facts", "data-testid": "verdict-facts" },
    h("summary", {}, "Facts"),
    meaning === "" ? null : h("p", { class: "hint" }, meaning),
    h("dl", {}, ...pairs),
  );
}

/** @param {string} remedy */
function remedyBox(remedy) {
  const note = h("p", { class: "remedy-note" }, "A remedy, shown to copy; shmscope runs none.");
  return h("div", { class: "remedy" }, note, copyBox(remedy, "remedy"));
}

/** @param {string} sentence */
function quietItem(sentence) {
  return h(
    "li",
    { class: "verdict", "data-level": "ok" },
    levelMark("ok"),
    h("p", { class: "verdict-sentence" }, sentence),
  );
}
