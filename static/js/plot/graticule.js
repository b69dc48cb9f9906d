/**
 * What a plot draws beside its lines: the graticule, held curves beneath the lines, marks at the
 * edges for values that no scale reaches.
 *
 * @typedef {import("./types.js").Drawing} Drawing
 * @typedef {import("./types.js").Points} Points
 *
 * Where things stand on the canvas, in its pixels.
 * @typedef {object} Place
 * @property {CanvasRenderingContext2D} ctx
 * @property {{left: number, top: number, width: number, height: number}} box
 * @property {(value: number) => number} x
 * @property {(value: number) => number} y
 */

const MARK_PX = 6;
/** How much of a colour a held curve keeps, as two digits of an alpha channel. */
const HELD_ALPHA = "80";
const HELD_FILL_ALPHA = "26";

/**
 * @param {Place} place
 * @param {number[]} across where lines stand
 * @param {number[]} up
 * @param {{lines: string, frame: string}} colours
 */
export function drawGraticule({ ctx, box, x, y }, across, up, colours) {
  ctx.save();
  ctx.lineWidth = 1;
  ctx.setLineDash([]);
  ctx.strokeStyle = colours.lines;
  ctx.beginPath();
  for (const value of up) {
    const top = Math.round(y(value)) + 0.5;
    line(ctx, box.left, top, box.left + box.width, top);
  }
  for (const value of across) {
    const left = Math.round(x(value)) + 0.5;
    line(ctx, left, box.top, left, box.top + box.height);
  }
  ctx.stroke();
  ctx.strokeStyle = colours.frame;
  ctx.strokeRect(box.left + 0.5, box.top + 0.5, box.width - 1, box.height - 1);
  ctx.restore();
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 */
function line(ctx, x0, y0, x1, y1) {
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
}

/**
 * Draw curves that were held, dimmer than the present ones.
 *
 * @param {Place} place
 * @param {Pick<Drawing, "x" | "curves">} held
 * @param {(index: number) => string} colourOf a curve, as #rrggbb
 */
export function drawHeld(place, { x, curves }, colourOf) {
  const { ctx, box } = place;
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.left, box.top, box.width, box.height);
  ctx.clip();
  ctx.setLineDash([]);
  ctx.lineWidth = devicePixelRatio;
  curves.forEach(({ low, high }, index) => {
    const path = new Path2D();
    trace(place, path, x, low);
    if (high) fillBetween(place, x, low, high, `${colourOf(index)}${HELD_FILL_ALPHA}`);
    if (high) trace(place, path, x, high);
    ctx.strokeStyle = `${colourOf(index)}${HELD_ALPHA}`;
    ctx.stroke(path);
  });
  ctx.restore();
}

/**
 * @param {Place} place
 * @param {Path2D} path
 * @param {ArrayLike<number>} x
 * @param {Points} points
 */
function trace(place, path, x, points) {
  let joined = false;
  for (let i = 0; i < points.length; i++) {
    const value = points[i] ?? null;
    if (value === null) {
      joined = false;
      continue;
    }
    const [left, top] = [place.x(Number(x[i])), place.y(value)];
    if (joined) path.lineTo(left, top);
    else path.moveTo(left, top);
    joined = true;
  }
}

/**
 * @param {Place} place
 * @param {ArrayLike<number>} x
 * @param {Points} low
 * @param {Points} high
 * @param {string} colour
 */
function fillBetween(place, x, low, high, colour) {
  const { ctx } = place;
  ctx.fillStyle = colour;
  ctx.beginPath();
  for (let i = 0; i + 1 < low.length; i++) {
    const [l0, l1, h0, h1] = [low[i], low[i + 1], high[i], high[i + 1]];
    if (l0 == null || l1 == null || h0 == null || h1 == null) continue;
    const [left, right] = [place.x(Number(x[i])), place.x(Number(x[i + 1]))];
    ctx.moveTo(left, place.y(l0));
    ctx.lineTo(right, place.y(l1));
    ctx.lineTo(right, place.y(h1));
    ctx.lineTo(left, place.y(h0));
  }
  ctx.fill();
}

/**
 * Small triangles at the edge that infinite values lie beyond.
 *
 * @param {Place} place
 * @param {import("./types.js").Mark[]} marks
 * @param {(index: number) => string} colourOf
 */
export function drawMarks({ ctx, box, x }, marks, colourOf) {
  const size = MARK_PX * devicePixelRatio;
  ctx.save();
  for (const { at, curve, up } of marks) {
    const left = x(at);
    if (left < box.left - 0.5 || left > box.left + box.width + 0.5) continue;
    const edge = up ? box.top + 1 : box.top + box.height - 1;
    const back = edge + (up ? size : -size);
    ctx.fillStyle = colourOf(curve);
    ctx.beginPath();
    ctx.moveTo(left, edge);
    ctx.lineTo(left - size / 2, back);
    ctx.lineTo(left + size / 2, back);
    ctx.fill();
  }
  ctx.restore();
}
