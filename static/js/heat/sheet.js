/** Pixels that are drawn onto a part of a canvas, larger or smaller, without blurring. */
import { fitCanvas } from "./gl.js";

export class Sheet {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.own = document.createElement("canvas");
    this.ownContext = /** @type {CanvasRenderingContext2D} */ (this.own.getContext("2d"));
    this.image = this.ownContext.createImageData(1, 1);
  }

  /**
   * The bytes to fill, RGBA.
   *
   * @param {number} columns
   * @param {number} rows
   */
  pixelsFor(columns, rows) {
    if (this.image.width !== columns || this.image.height !== rows) {
      fitCanvas(this.own, { width: columns, height: rows });
      this.image = this.ownContext.createImageData(columns, rows);
    }
    return this.image.data;
  }

  /** Take over what was filled in. */
  take() {
    this.ownContext.putImageData(this.image, 0, 0);
  }

  /**
   * @param {import("./stage.js").Span} span
   * @param {{width: number, height: number}} pixels
   */
  draw({ left, right, top, bottom }, pixels) {
    const { canvas, context } = this;
    fitCanvas(canvas, pixels);
    const { width, height } = pixels;
    context.clearRect(0, 0, width, height);
    context.imageSmoothingEnabled = false;
    const [x, y] = [left * width, top * height];
    context.drawImage(this.own, x, y, (right - left) * width, (bottom - top) * height);
  }
}
