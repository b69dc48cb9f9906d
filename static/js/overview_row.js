/** One row of the overview: made once, written into twice a second. */
import { h, s, setAttribute, setText } from "./element.js";
import { formatAge, formatBytes, formatRate, formatShape } from "./format.js";
import { aliveCount, worstSentence, writersInWords } from "./health.js";
import { sparklinePoints } from "./history.js";
import { levelMark, stateDot } from "./icons.js";

/** @typedef {import("./types.js").Row} Row */

const SPARK = { width: 120, height: 20 };
/** As many dots as fit beside the count. */
const MOST_DOTS = 8;

/**
 * @param {string} name
 * @param {string} heading shown beside the value on a narrow screen
 * @param {import("./element.js").Child[]} children
 */
function cell(name, heading, ...children) {
  return h(
    "td",
    { class: `cell-${name}`, role: "cell", "data-heading": heading, "data-testid": name },
    ...children,
  );
}

export class OverviewRow {
  /** @param {Row} row */
  constructor(row) {
    this.link = h("a", {
      href: `/arrays/${row.id}`,
      class: "array-link",
      "data-testid": "array-link",
    });
    this.about = h("span", { class: "about" });
    this.mechanism = cell("mechanism", "Mechanism");
    this.dtype = cell("dtype", "dtype");
    this.shape = cell("shape", "Shape");
    this.size = cell("size", "Size");
    this.count = h("span", { class: "count" });
    this.dots = h("span", { class: "dots" });
    this.words = h("span", { class: "visually-hidden" });
    this.rate = h("span", { class: "rate", "data-testid": "writes-per-second" });
    this.line = s("polyline", { class: "spark-line", points: "" });
    this.last = cell("last-write", "Last write");
    this.level = h("span", { class: "level-slot" });
    this.sentence = h("span", { class: "sentence", "data-testid": "health-sentence" });
    this.element = this.#assemble(row);
  }

  /** @param {Row} row */
  #assemble(row) {
    const box = `0 -1 ${SPARK.width} ${SPARK.height + 2}`;
    const spark = s(
      "svg",
      { class: "spark", viewBox: box, preserveAspectRatio: "none", "aria-hidden": "true" },
      this.line,
    );
    const heading = { class: "cell-name", scope: "row", role: "rowheader" };
    return h(
      "tr",
      { role: "row", "data-testid": "overview-row", "data-array-id": row.id },
      h("th", heading, this.link, this.about),
      this.mechanism,
      this.dtype,
      this.shape,
      this.size,
      cell("writers", "Writers", this.count, this.dots, this.words),
      cell("rate", "Writes", this.rate, spark),
      this.last,
      cell("health", "Health", this.level, this.sentence),
    );
  }

  /** @param {Row} row */
  update(row) {
    this.row = row;
    setAttribute(this.element, "data-array-name", row.name);
    setAttribute(this.element, "data-level", row.health.level);
    setAttribute(this.element, "data-writing", row.writes_per_s > 0);
    setText(this.link, row.name);
    setText(this.about, row.about ?? "");
    setAttribute(this.about, "title", row.about ?? "");
    setText(this.mechanism, row.mechanism);
    setText(this.dtype, Array.isArray(row.dtype_spec) ? "record" : row.dtype);
    setAttribute(this.dtype, "title", row.dtype);
    setText(this.shape, formatShape(row.shape));
    setText(this.size, formatBytes(row.size_bytes));
    this.#updateWriters(row);
    setText(this.rate, formatRate(row.writes_per_s));
    const points = sparklinePoints(row.sparkline, SPARK.width, SPARK.height);
    setAttribute(this.line, "points", points);
    setText(this.last, formatAge(row.last_write_age_s));
    this.#updateHealth(row);
  }

  /** @param {Row} row */
  #updateWriters({ writers }) {
    setText(this.count, String(aliveCount(writers)));
    setText(this.words, writersInWords(writers));
    const states = writers.slice(0, MOST_DOTS).map(({ state }) => state);
    const key = states.join();
    if (this.dots.dataset.states === key) return;
    this.dots.dataset.states = key;
    this.dots.replaceChildren(...states.map(stateDot));
    setAttribute(this.dots, "title", writersInWords(writers));
  }

  /** @param {Row} row */
  #updateHealth(row) {
    if (this.level.dataset.level !== row.health.level) {
      this.level.dataset.level = row.health.level;
      this.level.replaceChildren(levelMark(row.health.level));
    }
    setText(this.sentence, worstSentence(row));
  }
}
