/**
 * A treemap: boxes whose areas are as their weights, each as square as it goes.
 *
 * @typedef {{x: number, y: number, width: number, height: number}} Box
 * @typedef {{index: number, area: number}} Cell
 */

/**
 * Divide a box. Weights that are not above 0 get boxes without area.
 *
 * Source: Bruls, Huizing, van Wijk, "Squarified Treemaps", 2000.
 *
 * @param {number[]} weights
 * @param {Box} box
 * @returns {Box[]} one a weight, in the weights' order
 */
export function squarify(weights, box) {
  const positive = weights.map((weight) => Math.max(0, weight));
  const total = positive.reduce((sum, weight) => sum + weight, 0);
  /** @type {Box[]} */
  const boxes = weights.map(() => ({ x: box.x, y: box.y, width: 0, height: 0 }));
  if (!(total > 0)) return boxes;
  const scale = (box.width * box.height) / total;
  const cells = positive
    .map((weight, index) => ({ index, area: weight * scale }))
    .filter(({ area }) => area > 0)
    .sort((a, b) => b.area - a.area || a.index - b.index);
  let rest = box;
  for (let from = 0; from < cells.length; ) {
    const row = cells.slice(from, from + rowLength(cells, from, shortSide(rest)));
    rest = layRow(row, rest, boxes);
    from += row.length;
  }
  return boxes;
}

/** @param {Box} box */
function shortSide({ width, height }) {
  return Math.min(width, height);
}

/**
 * How many cells stand side by side along the short side: as many as make none less square.
 *
 * @param {Cell[]} cells the largest first
 * @param {number} from
 * @param {number} side
 */
function rowLength(cells, from, side) {
  const largest = cells[from]?.area ?? 0;
  let sum = 0;
  let worst = Number.POSITIVE_INFINITY;
  let count = 0;
  for (const { area } of cells.slice(from)) {
    const thickness = (sum + area) / side;
    const next = Math.max(largest / thickness ** 2, thickness ** 2 / area);
    if (count > 0 && !(next <= worst)) break;
    worst = next;
    sum += area;
    count += 1;
  }
  return count;
}

/**
 * @param {Cell[]} row
 * @param {Box} rest
 * @param {Box[]} boxes where they are put
 * @returns {Box} what is left
 */
function layRow(row, rest, boxes) {
  const sum = row.reduce((total, { area }) => total + area, 0);
  const upright = rest.width >= rest.height;
  const side = shortSide(rest);
  const thickness = side > 0 ? sum / side : 0;
  let along = 0;
  for (const { index, area } of row) {
    const length = (area / sum) * side;
    boxes[index] = upright
      ? { x: rest.x, y: rest.y + along, width: thickness, height: length }
      : { x: rest.x + along, y: rest.y, width: length, height: thickness };
    along += length;
  }
  return upright
    ? { ...rest, x: rest.x + thickness, width: Math.max(0, rest.width - thickness) }
    : { ...rest, y: rest.y + thickness, height: Math.max(0, rest.height - thickness) };
}
