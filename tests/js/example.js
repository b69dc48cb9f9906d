/** A schema, a frame and a row to vary in tests. */

/** @typedef {import("../../static/js/values/types.js").Schema} Schema */

/**
 * @param {number[]} counts one an axis
 * @param {Partial<Schema>} [more]
 * @returns {Schema}
 */
export function schemaOf(counts, more = {}) {
  const axes = more.axes ?? counts.map((count, axis) => ({ axis, start: 0, step: 1, count }));
  const selected = more.selected ?? axes;
  return {
    array: "box/1-2/a",
    dtype: "<f8",
    shape: counts,
    select: "...",
    field: null,
    part: null,
    order: null,
    against: null,
    selected,
    window: selected.map(({ count }) => [0, count]),
    axes,
    reduced: null,
    how: null,
    kind: "numbers",
    fields: null,
    unit: null,
    labels: null,
    ...more,
  };
}

/**
 * @param {number[]} shape
 * @param {import("../../static/js/values/types.js").Values} values
 * @returns {import("../../static/js/values/types.js").Frame}
 */
export function frameOf(shape, values) {
  return { taken_unix_s: 0, verdict: "clean", attempts: 1, shape, values };
}

/**
 * @param {Partial<import("../../static/js/page/types.js").Row>} more
 * @returns {import("../../static/js/page/types.js").Row}
 */
export function rowOf(more) {
  return {
    id: `box/1-2/${more.name}`,
    host: "box",
    segment: "1-2",
    name: "a",
    mechanism: "shared_memory",
    provenance: "published",
    format: "",
    why: "Its program publishes it.",
    system: false,
    segment_name: null,
    segment_bytes: 4096,
    paths: [],
    companions: [],
    dtype: "float64",
    dtype_spec: "<f8",
    shape: [4],
    strides: [8],
    offset: 0,
    size_bytes: 32,
    unit: null,
    labels: null,
    about: null,
    users: { rw: 0, r: 0, open: 0 },
    writers: [],
    writes: 0,
    writes_per_s: 0,
    changes: null,
    last_write_age_s: null,
    age_s: null,
    gone_s: null,
    sparkline: [],
    torn: { copies: 0, of: 0 },
    read_cost: null,
    health: { level: "ok", verdicts: [] },
    ...more,
  };
}

/**
 * The row of an array that nobody published: its writes are not counted.
 *
 * @param {Partial<import("../../static/js/page/types.js").Row>} more
 */
export function foreignRowOf(more) {
  return rowOf({ provenance: "bytes", writes: null, writes_per_s: null, ...more });
}

/**
 * @param {Partial<import("../../static/js/page/types.js").Changes>} more
 * @returns {import("../../static/js/page/types.js").Changes}
 */
export function changesOf(more) {
  return {
    per_s: 0,
    looks_per_s: 60,
    burst_looks_per_s: null,
    elements: 0,
    elements_per_s: 0,
    compared: 4,
    coverage: 1,
    last_change_age_s: null,
    ...more,
  };
}

/**
 * @param {Partial<import("../../static/js/health/health_types.js").Verdict>} more
 * @returns {import("../../static/js/health/health_types.js").Verdict}
 */
export function verdictOf(more) {
  return {
    rule: "stalled",
    level: "warning",
    sentence: "It stalled.",
    since_s: 1,
    remedy: null,
    sure: "certain",
    facts: {},
    ...more,
  };
}
