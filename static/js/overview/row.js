/** One row of the overview: made once, written into twice a second. */

import { furtherInWords, worstVerdict } from "../health/health.js";
import { ruleWord } from "../health/health_words.js";
import { h, s, setAttribute, setText } from "../page/element.js";
import { formatBytes, formatDuration, formatShape } from "../page/format.js";
import { levelMark } from "../page/icons.js";
import { sparklinePath } from "../traces/history.js";
import { isNew } from "./filter.js";
import { isWriting, lastOf, paceOf } from "./pace.js";
import { provenanceWord } from "./provenance.js";
import { choiceBox } from "./together_choice.js";
import { UsersCell } from "./users_cell.js";

/** @typedef {import("../page/types.js").Row} Row */

const SPARK = { width: 120, height: 20 };

/**
 * @param {string} name
 * @param {string} heading shown beside the value on a narrow screen
 * @param {import("../page/element.js").Child[]} children
 */
function cell(name, heading, ...children) {
  return h(
    "td",
    { class: `cell-${name}`, role: "cell", "data-heading": heading, "data-testid": name },
    ...children,
  );
}

/**
 * @param {string} name
 * @param {string} [testid]
 */
function slot(name, testid) {
  return h("span", { class: name, "data-testid": testid ?? null });
}

export class OverviewRow {
  /** @param {Row} row */
  constructor(row) {
    this.address = `/arrays/${row.id}`;
    this.choose = choiceBox(row);
    this.link = h("a", { class: "array-link", "data-testid": "array-link" });
    this.mark = slot("mark", "mark");
    this.about = slot("about");
    this.mechanism = cell("mechanism", "Mechanism");
    this.tag = slot("tag", "provenance");
    this.format = slot("format", "format");
    this.dtype = cell("dtype", "dtype");
    this.shape = cell("shape", "Shape");
    this.size = cell("size", "Size");
    this.users = new UsersCell(cell("writers", "Used by"));
    this.rate = slot("rate", "writes-per-second");
    this.counts = slot("counts", "counts");
    this.line = s("path", { class: "spark-line" });
    this.last = slot("age");
    this.seen = slot("counts");
    this.level = slot("level-slot");
    this.rule = slot("rule-word", "health-rule");
    this.further = slot("further", "health-further");
    this.sentence = slot("sentence", "health-sentence");
    this.from = cell("from", "Layout", this.tag, this.format);
    const figures = h("span", { class: "figures" }, this.rate, this.counts);
    this.pace = cell("rate", "Writes", figures, this.#spark());
    this.lastCell = cell("last-write", "Last write", this.last, this.seen);
    this.element = this.#assemble(row);
  }

  #spark() {
    const box = `0 -1 ${SPARK.width} ${SPARK.height + 2}`;
    return s(
      "svg",
      { class: "spark", viewBox: box, preserveAspectRatio: "none", "aria-hidden": "true" },
      this.line,
    );
  }

  /** @param {Row} row */
  #assemble(row) {
    const heading = { class: "cell-name", scope: "row", role: "rowheader" };
    return h(
      "tr",
      { role: "row", "data-testid": "overview-row", "data-array-id": row.id },
      h("th", heading, this.choose, this.link, this.mark, this.about),
      this.mechanism,
      this.from,
      this.dtype,
      this.shape,
      this.size,
      this.users.element,
      this.pace,
      this.lastCell,
      cell("health", "Health", this.level, this.rule, this.further, this.sentence),
    );
  }

  /** @param {Row} row */
  update(row) {
    this.row = row;
    setAttribute(this.element, "data-array-name", row.name);
    setAttribute(this.element, "data-level", row.health.level);
    setAttribute(this.element, "data-writing", isWriting(row));
    this.#updateName(row);
    setText(this.mechanism, row.mechanism);
    this.#updateLayout(row);
    this.users.update(row);
    this.#updatePace(row);
    this.#updateHealth(row);
  }

  /** @param {Row} row */
  #updateName(row) {
    setText(this.link, row.name);
    // A row that has gone leads nowhere.
    setAttribute(this.link, "href", row.gone_s === null ? this.address : null);
    setAttribute(this.element, "data-gone", row.gone_s !== null);
    this.choose.disabled = row.gone_s !== null;
    setText(this.mark, markOf(row));
    setAttribute(this.mark, "data-mark", markOf(row) && (isNew(row) ? "new" : "gone"));
    setText(this.about, row.about ?? "");
    setAttribute(this.about, "title", row.about ?? "");
  }

  /** @param {Row} row */
  #updateLayout(row) {
    setText(this.tag, provenanceWord(row));
    setAttribute(this.tag, "data-from", row.provenance);
    setText(this.format, row.format);
    setAttribute(this.from, "title", row.why);
    setText(this.dtype, Array.isArray(row.dtype_spec) ? "record" : row.dtype);
    setAttribute(this.dtype, "title", row.dtype);
    setText(this.shape, formatShape(row.shape));
    setText(this.size, formatBytes(row.size_bytes));
  }

  /** @param {Row} row */
  #updatePace(row) {
    const { counts, rate, title } = paceOf(row);
    setText(this.rate, rate);
    setText(this.counts, counts === "changes" ? "changes" : "");
    setAttribute(this.pace, "data-counts", counts);
    setAttribute(this.pace, "title", title || null);
    const values = counts === "nothing" ? [] : row.sparkline;
    setAttribute(this.line, "d", sparklinePath(values, SPARK.width, SPARK.height));
    const last = lastOf(row);
    setText(this.last, last.text);
    setText(this.seen, last.seen ? "seen" : "");
    setAttribute(this.lastCell, "title", last.title || null);
  }

  /** @param {Row} row */
  #updateHealth(row) {
    if (this.level.dataset.level !== row.health.level) {
      this.level.dataset.level = row.health.level;
      this.level.replaceChildren(levelMark(row.health.level));
    }
    const worst = worstVerdict(row);
    setText(this.rule, worst ? ruleWord(worst.rule) : "");
    setText(this.further, furtherInWords(row));
    setText(this.sentence, worst?.sentence ?? "");
  }
}

/** @param {Row} row */
function markOf(row) {
  if (row.gone_s !== null) return `gone ${formatDuration(Math.max(1, row.gone_s))} ago`;
  return isNew(row) ? "new" : "";
}
