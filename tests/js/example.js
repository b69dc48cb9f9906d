/** A schema, a frame and a row to vary in tests. */

/** @typedef {import("../../static/js/types.js").Schema} Schema */

/**
 * @param {number[]} counts one an axis
 * @param {Partial<Schema>} [more]
 * @returns {Schema}
 */
export function schemaOf(counts, more = {}) {
  return {
    array: "box/1-2/a",
    dtype: "<f8",
    shape: counts,
    select: "...",
    axes: counts.map((count, axis) => ({ axis, start: 0, step: 1, count })),
    reduced: null,
    kind: "numbers",
    fields: null,
    unit: null,
    labels: null,
    ...more,
  };
}

/**
 * @param {number[]} shape
 * @param {import("../../static/js/types.js").Values} values
 * @returns {import("../../static/js/types.js").Frame}
 */
export function frameOf(shape, values) {
  return { taken_unix_s: 0, verdict: "clean", attempts: 1, shape, values };
}

/**
 * @param {Partial<import("../../static/js/types.js").Row>} more
 * @returns {import("../../static/js/types.js").Row}
 */
export function rowOf(more) {
  return {
    id: `box/1-2/${more.name}`,
    host: "box",
    segment: "1-2",
    name: "a",
    mechanism: "shared_memory",
    provenance: "published",
    segment_name: null,
    dtype: "float64",
    dtype_spec: "<f8",
    shape: [4],
    strides: [8],
    offset: 0,
    size_bytes: 32,
    unit: null,
    labels: null,
    about: null,
    writers: [],
    writes: 0,
    writes_per_s: 0,
    last_write_age_s: null,
    sparkline: [],
    torn: { copies: 0, of: 0 },
    read_cost: null,
    health: { level: "ok", verdicts: [] },
    ...more,
  };
}
