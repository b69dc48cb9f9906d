/** Lets the light of changed cells fade: it is on for a moment, and then the style sheet dims it. */

const LIT_MS = 350;
const FADING_MS = 700;
const STEP_MS = 150;

export class GridGlow {
  /** @type {ReturnType<typeof setTimeout> | null} */
  #timer = null;

  /** @param {import("./cells.js").GridCells} cells */
  constructor(cells) {
    this.cells = cells;
  }

  /** Go on for as long as a cell is lit. */
  keep() {
    if (this.#timer === null) this.#timer = setTimeout(() => this.#step(), STEP_MS);
  }

  stop() {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #step() {
    this.#timer = null;
    const now_ms = performance.now();
    let lit = false;
    for (const { cells } of this.cells.rows) {
      for (const cell of cells) {
        if (cell.lit === "") continue;
        const age_ms = now_ms - cell.changed_ms;
        cell.light(lightAt(age_ms));
        lit ||= age_ms < FADING_MS;
      }
    }
    if (lit) this.keep();
  }
}

/** @param {number} age_ms */
function lightAt(age_ms) {
  if (age_ms < LIT_MS) return "now";
  return age_ms < FADING_MS ? "fading" : "";
}
