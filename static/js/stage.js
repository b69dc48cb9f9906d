/**
 * The place a picture stands in: a canvas fitted into the screen, scales of indices, a read-out.
 */
import { h, rem_px, setText } from "./element.js";
import { fitBox } from "./picture_model.js";
import { Pointer } from "./pointer.js";
import { tickValues } from "./scaling.js";

/** @typedef {import("./types.js").Axis} Axis */

export class Stage {
  #size = { rows: 1, columns: 1 };
  #ticks = "";

  /**
   * @param {HTMLElement} root
   * @param {string} kind a class for the layout
   * @param {() => void} onMove
   */
  constructor(root, kind, onMove) {
    this.canvas = h("canvas", { "data-testid": "values-canvas", role: "img" });
    this.frame = h("div", { class: "stage", "aria-label": "Picture; arrow keys read out a pixel" });
    this.frame.setAttribute("role", "group");
    this.frame.append(this.canvas);
    this.pointer = new Pointer(this.frame, onMove);
    this.left = h("div", { class: "scale scale-left", "aria-hidden": "true" });
    this.bottom = h("div", { class: "scale scale-bottom", "aria-hidden": "true" });
    this.area = h("div", { class: "stage-area" }, this.frame, this.left, this.bottom);
    this.side = h("div", { class: "stage-side" });
    this.readout = h("p", { class: "pixel", "data-testid": "pixel-readout" });
    this.root = h("div", { class: `picture ${kind}` }, this.area, this.side, this.readout);
    root.append(this.root);
    this.observer = new ResizeObserver(() => this.#fit());
    this.observer.observe(this.area);
  }

  /** Another canvas in the place of this one: a canvas keeps the first context it gave. */
  renewCanvas() {
    const fresh = h("canvas", { "data-testid": "values-canvas", role: "img" });
    this.canvas.replaceWith(fresh);
    this.canvas = fresh;
  }

  /**
   * @param {Axis} down
   * @param {Axis} across
   */
  resize(down, across) {
    this.pointer.resize(down.count, across.count);
    const ticks = JSON.stringify([down, across]);
    if (ticks === this.#ticks) return;
    this.#ticks = ticks;
    this.#size = { rows: down.count, columns: across.count };
    fillScale(this.left, down, "top");
    fillScale(this.bottom, across, "left");
    this.#fit();
  }

  /** @param {string} text */
  describe(text) {
    if (this.canvas.getAttribute("aria-label") !== text)
      this.canvas.setAttribute("aria-label", text);
  }

  /** @param {string} text */
  say(text) {
    setText(this.readout, text);
  }

  unmount() {
    this.observer.disconnect();
  }

  #fit() {
    const { clientWidth, clientHeight } = this.area;
    const rem = rem_px();
    const margin = { left: Math.round(3.4 * rem), bottom: Math.round(1.8 * rem) };
    const box = { width: clientWidth - margin.left, height: clientHeight - margin.bottom };
    const { width, height } = fitBox(this.#size.columns, this.#size.rows, box);
    const x = margin.left + Math.max(0, Math.floor((box.width - width) / 2));
    const y = Math.max(0, Math.floor((box.height - height) / 2));
    place(this.frame, x, y, width, height);
    place(this.left, x - margin.left, y, margin.left, height);
    place(this.bottom, x, y + height, width, margin.bottom);
  }
}

/**
 * @param {HTMLElement} element
 * @param {number} left
 * @param {number} top
 * @param {number} width
 * @param {number} height
 */
function place({ style }, left, top, width, height) {
  style.left = `${left}px`;
  style.top = `${top}px`;
  style.width = `${Math.max(1, width)}px`;
  style.height = `${Math.max(1, height)}px`;
}

/**
 * @param {HTMLElement} scale
 * @param {Axis} axis
 * @param {"top" | "left"} side
 */
function fillScale(scale, { start, step, count }, side) {
  const last = start + (count - 1) * step;
  const ticks = tickValues({ lo: Math.min(start, last), hi: Math.max(start, last) }, 5);
  const whole = ticks.filter(Number.isInteger);
  scale.replaceChildren(
    ...whole.map((index) => {
      const tick = h("span", { class: "tick" }, String(index));
      tick.style[side] = `${(((index - start) / step + 0.5) / count) * 100}%`;
      return tick;
    }),
  );
}
