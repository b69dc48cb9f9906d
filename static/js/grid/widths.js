/** How wide columns are: as their widest text so far, so that digits which come and go move nothing. */
import { Tracks } from "./scroll.js";

/**
 * @typedef {import("./model.js").Grid} Grid
 * @typedef {{letter_px: number, padding_px: number}} Metrics
 */

/** Up to so many columns each has a width of its own, unless they are fields, which always have. */
const MOST_OWN = 64;
const LEAST_LETTERS = 3;
/** Letters beyond which a text is cut: of one among columns, of one that stands alone. */
const MOST_LETTERS = 64;
const MOST_ALONE = 400;
const MOST_NAME = 40;

export class GridWidths {
  /** @type {number[]} one for all, or one a column */
  #letters;
  /** Of the names of the rows. */
  side = 0;

  /** @param {Grid} grid */
  constructor({ columns, rows, records, columnName, rowName }) {
    this.columns = columns;
    this.most = columns === 1 ? MOST_ALONE : MOST_LETTERS;
    const own = records || columns <= MOST_OWN;
    const named = own ? Array.from({ length: columns }, (_, i) => i) : [columns - 1];
    this.#letters = named.map((column) => Math.max(LEAST_LETTERS, this.#cut(columnName(column))));
    if (rows > 0) for (const row of [0, rows - 1]) this.noteSide(rowName(row));
  }

  /** @param {string} name */
  #cut(name) {
    return Math.min(MOST_NAME, name.length);
  }

  /**
   * @param {number} column
   * @param {number} letters
   * @returns {boolean} whether the column grows by it
   */
  note(column, letters) {
    const slot = this.#letters.length === 1 ? 0 : column;
    if (letters <= (this.#letters[slot] ?? 0) || this.#letters[slot] === this.most) return false;
    this.#letters[slot] = Math.min(this.most, letters);
    return true;
  }

  /**
   * @param {string} name of a row
   * @returns {boolean} whether the names grow by it
   */
  noteSide(name) {
    const letters = this.#cut(name);
    if (letters <= this.side) return false;
    this.side = letters;
    return true;
  }

  /** Letters of a whole row. */
  get total() {
    const sum = this.#letters.reduce((all, letters) => all + letters, 0);
    return this.#letters.length === 1 ? sum * this.columns : sum;
  }

  /** @param {Metrics} metrics */
  tracks({ letter_px, padding_px }) {
    const sizes = this.#letters.map((letters) => Math.ceil(letters * letter_px + padding_px));
    return new Tracks(this.columns, this.#letters.length === 1 ? (sizes[0] ?? 1) : sizes);
  }

  /** @param {Metrics} metrics */
  side_px({ letter_px, padding_px }) {
    return this.side === 0 ? 0 : Math.ceil(this.side * letter_px + padding_px);
  }
}
