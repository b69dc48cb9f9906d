/** Cells of a selection however large: those that are seen exist, the others are only reckoned with. */
import { GridCells } from "./cells.js";
import { GridGlow } from "./glow.js";
import { FEW } from "./model.js";
import { GridPainter } from "./painter.js";
import { GridPane } from "./pane.js";
import { spacer_px, Tracks } from "./scroll.js";
import { GridScroller } from "./scroller.js";
import { GridWidths } from "./widths.js";

/**
 * @typedef {import("./model.js").Grid} Grid
 * @typedef {import("./cursor.js").Place} Place
 * @typedef {import("./painter.js").Shown} Shown
 * @typedef {import("./cell_changes.js").CellChanges} CellChanges
 * @typedef {import("./cells.js").Plan} Plan
 */

export class VirtualGrid {
  /** @type {Shown | null} */
  #shown = null;
  /** @type {GridWidths | null} */
  #widths = null;
  /** @type {Plan | null} */
  #plan = null;
  #format = "auto";
  /** @type {CellChanges | null} */
  #counts = null;

  /**
   * @param {HTMLElement} root
   * @param {{label: string, testid: string, large: boolean}} kind `large`: few values are written
   *   as large as they fit
   * @param {() => void} onScroll
   */
  constructor(root, { label, testid, large }, onScroll) {
    this.root = root;
    this.large = large;
    this.pane = new GridPane(label, testid);
    root.append(this.pane.box);
    this.cells = new GridCells(this.pane);
    this.painter = new GridPainter(this.cells);
    this.glow = new GridGlow(this.cells);
    this.scroller = new GridScroller(this.pane.box, () => {
      this.#paint();
      onScroll();
    });
    this.observer = new ResizeObserver(() => this.#layout());
    this.observer.observe(this.pane.box);
  }

  /**
   * Begin with another selection.
   *
   * @param {Grid} grid
   * @param {Place} place the first row and column to see
   */
  adopt(grid, place) {
    this.#widths = new GridWidths(grid);
    this.#plan = null;
    this.cells.clear();
    this.scroller.place = place;
  }

  /**
   * @param {Shown} shown
   * @param {string} format
   * @param {CellChanges | null} counts
   */
  draw(shown, format, counts) {
    this.#shown = shown;
    this.#format = format;
    this.#counts = counts;
    if (this.#plan) this.#paint();
    else this.#layout();
  }

  /** @param {Place} place to scroll to, though not by the user's hand */
  jump(place) {
    this.scroller.settle(place);
    this.#paint();
  }

  /** The cells that are seen. */
  get seen() {
    return this.scroller.seen;
  }

  #paint() {
    if (!this.#shown || !this.#widths || !this.#plan) return;
    this.cells.arrange(this.#plan, this.seen, this.scroller.place);
    const grown = this.painter.paint(this.#shown, this.#format, this.#widths, this.#counts);
    this.glow.keep();
    if (grown) this.#layout();
  }

  /** Reckon anew how large everything is. */
  #layout() {
    if (!this.#shown || !this.#widths) return;
    this.#size(this.#shown.grid, this.#widths);
    this.#plan = this.#planOf(this.#shown.grid, this.#widths);
    this.scroller.resize(...this.#axes(this.#plan));
    this.#paint();
  }

  /**
   * As large as the values fit: few and short ones are read from across the room.
   *
   * @param {Grid} grid
   * @param {GridWidths} widths
   */
  #size({ total }, { total: letters }) {
    this.root.dataset.size = this.large ? sizeFor(total, letters) : "small";
  }

  /**
   * @param {Grid} grid
   * @param {GridWidths} widths
   * @returns {Plan}
   */
  #planOf(grid, widths) {
    const { rows, rowName, columnName, isText, perRow, records, total, columns } = grid;
    const metrics = this.pane.measure();
    return {
      rows: new Tracks(rows, metrics.row_px),
      columns: widths.tracks(metrics),
      rowName,
      columnName,
      isText,
      lengthOf: (row) => (records ? columns : Math.min(columns, total - row * perRow)),
      headings: columns > 0 && columnName(0) !== "",
      side_px: widths.side_px(metrics),
    };
  }

  /**
   * Fit the skeleton to the plan.
   *
   * @param {Plan} plan
   * @returns {[import("./scroll.js").Axis, import("./scroll.js").Axis]}
   */
  #axes({ rows, columns, headings, side_px }) {
    const head_px = this.pane.frame({ headings, side_px, row_px: rows.size_px });
    const width_px = spacer_px({ tracks: columns, view_px: 0 }) + side_px;
    const height_px = spacer_px({ tracks: rows, view_px: 0 }) + head_px;
    const seen = this.pane.stretch(width_px, height_px);
    this.pane.box.setAttribute("aria-rowcount", String(rows.count + (headings ? 1 : 0)));
    this.pane.box.setAttribute("aria-colcount", String(columns.count));
    return [
      { tracks: rows, view_px: Math.max(1, seen.height_px - head_px) },
      { tracks: columns, view_px: Math.max(1, seen.width_px - side_px) },
    ];
  }

  /**
   * The cell at a point of the page.
   *
   * @param {{clientX: number, clientY: number}} point
   */
  cellAt({ clientX, clientY }) {
    const { left, top } = this.pane.pane.getBoundingClientRect();
    const { side_px = 0 } = this.#plan ?? {};
    return this.scroller.cellAt(
      clientX - left - side_px,
      clientY - top - this.pane.head.offsetHeight,
    );
  }

  unmount() {
    this.observer.disconnect();
    this.glow.stop();
  }
}

/**
 * @param {number} count
 * @param {number} width letters in a row
 */
function sizeFor(count, width) {
  if (count <= 4 && width <= 24) return "huge";
  if (count <= 16 && width <= 40) return "large";
  return count <= FEW && width <= 72 ? "medium" : "small";
}
