/** Heat maps where WebGL 2 is missing: a lookup table and a plain canvas. */
import { paint } from "./colormap.js";

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {import("./heat_gl.js").Painter}
 */
export function canvasPainter(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let image = context.createImageData(1, 1);
  return {
    paint({ rows, columns, values }, range) {
      if (image.width !== columns || image.height !== rows) {
        canvas.width = columns;
        canvas.height = rows;
        image = context.createImageData(columns, rows);
      }
      paint(values, range, new Uint32Array(image.data.buffer));
      context.putImageData(image, 0, 0);
    },
  };
}
