/**
 * The active cell of a grid, and the rectangle from where it was begun; pure.
 *
 * @typedef {{row: number, column: number}} Place
 * @typedef {{active: Place, anchor: Place}} Cursor
 * @typedef {{rows: number, columns: number}} Size
 * @typedef {{top: number, bottom: number, left: number, right: number}} Rectangle to without the
 *   last
 */

/** @type {Record<string, (place: Place, size: Size, page: number) => Place>} */
const MOVES = {
  ArrowUp: ({ row, column }) => ({ row: row - 1, column }),
  ArrowDown: ({ row, column }) => ({ row: row + 1, column }),
  ArrowLeft: ({ row, column }) => ({ row, column: column - 1 }),
  ArrowRight: ({ row, column }) => ({ row, column: column + 1 }),
  PageUp: ({ row, column }, _, page) => ({ row: row - page, column }),
  PageDown: ({ row, column }, _, page) => ({ row: row + page, column }),
  Home: ({ row }) => ({ row, column: 0 }),
  End: ({ row }, { columns }) => ({ row, column: columns - 1 }),
};

/** @type {typeof MOVES} */
const FAR_MOVES = {
  ArrowUp: ({ column }) => ({ row: 0, column }),
  ArrowDown: ({ column }, { rows }) => ({ row: rows - 1, column }),
  ArrowLeft: ({ row }) => ({ row, column: 0 }),
  ArrowRight: ({ row }, { columns }) => ({ row, column: columns - 1 }),
  Home: () => ({ row: 0, column: 0 }),
  End: (_, { rows, columns }) => ({ row: rows - 1, column: columns - 1 }),
};

/**
 * Where a key moves the active cell; null for a key that moves nothing.
 *
 * @param {{key: string, shiftKey: boolean, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} press
 * @param {Cursor} cursor
 * @param {Size} size
 * @param {number} page rows
 * @returns {Cursor | null}
 */
export function movedByKey({ key, shiftKey, ctrlKey, metaKey, altKey }, cursor, size, page) {
  const moves = ctrlKey || metaKey ? FAR_MOVES : MOVES;
  const move = altKey ? undefined : moves[key];
  if (!move || !Object.hasOwn(moves, key)) return null;
  return movedTo(move(cursor.active, size, page), shiftKey ? cursor : null, size);
}

/**
 * @param {Place} place
 * @param {Cursor | null} from a cursor whose rectangle is to grow or shrink; null to begin anew
 * @param {Size} size
 * @returns {Cursor}
 */
export function movedTo({ row, column }, from, { rows, columns }) {
  const active = {
    row: Math.max(0, Math.min(rows - 1, row)),
    column: Math.max(0, Math.min(columns - 1, column)),
  };
  return { active, anchor: from?.anchor ?? active };
}

/**
 * @param {Cursor} cursor
 * @returns {Rectangle}
 */
export function rectangleOf({ active, anchor }) {
  return {
    top: Math.min(active.row, anchor.row),
    bottom: Math.max(active.row, anchor.row) + 1,
    left: Math.min(active.column, anchor.column),
    right: Math.max(active.column, anchor.column) + 1,
  };
}

/**
 * @param {Rectangle} rectangle
 * @param {number} row
 * @param {number} column
 */
export function covers({ top, bottom, left, right }, row, column) {
  return row >= top && row < bottom && column >= left && column < right;
}

/** @param {Rectangle} rectangle */
export function areaOf({ top, bottom, left, right }) {
  return (bottom - top) * (right - left);
}
