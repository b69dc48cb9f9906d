/**
 * The words of docs/stream.md on arrays and their host, as types. Nothing here runs.
 *
 * @typedef {import("../health/health_types.js").Health} Health
 * @typedef {import("../health/health_types.js").Event} Event
 * @typedef {import("../values/types.js").Part} Part
 * @typedef {import("../values/types.js").Copy} Copy
 *
 * @typedef {"alive" | "stopped" | "dead" | "left" | "unseen"} WriterState
 * @typedef {"published" | "recognised" | "configured" | "guessed" | "bytes"} Provenance
 *
 * Processes that map a segment read-write, map it read-only, or only hold a descriptor.
 * @typedef {{rw: number, r: number, open: number}} Users
 *
 * @typedef {object} Writer
 * @property {number} slot
 * @property {number} pid
 * @property {number} thread
 * @property {string} label
 * @property {WriterState} state
 * @property {number | bigint} writes
 * @property {number} writes_per_s
 * @property {number | null} last_write_age_s
 * @property {boolean} in_write
 *
 * What was seen by looking: a lower bound.
 * @typedef {object} Changes
 * @property {number} per_s
 * @property {number} looks_per_s
 * @property {number | null} burst_looks_per_s
 * @property {number} elements
 * @property {number} elements_per_s
 * @property {number} compared
 * @property {number} coverage
 * @property {number | null} last_change_age_s
 *
 * @typedef {object} Row
 * @property {string} id
 * @property {string} host
 * @property {string} segment
 * @property {string} name
 * @property {string} mechanism
 * @property {Provenance} provenance
 * @property {string} format
 * @property {string} why
 * @property {boolean} system
 * @property {string | null} segment_name
 * @property {number | null} segment_bytes
 * @property {string[]} paths
 * @property {string[]} companions
 * @property {string} dtype
 * @property {string | [string, string][]} dtype_spec
 * @property {number[]} shape
 * @property {number[]} strides
 * @property {number} offset
 * @property {number} size_bytes
 * @property {string | null} unit
 * @property {string[] | null} labels
 * @property {string | null} about
 * @property {Users | null} users
 * @property {Writer[]} writers
 * @property {number | bigint | null} writes
 * @property {number | null} writes_per_s
 * @property {Changes | null} changes
 * @property {number | null} last_write_age_s
 * @property {number | null} age_s
 * @property {number | null} gone_s
 * @property {ArrayLike<number>} sparkline
 * @property {{copies: number, of: number}} torn
 * @property {{look_s: number, looks_per_s: number, share: number} | null} read_cost
 * @property {Health} health
 *
 * @typedef {object} Budget what the sampler may spend, and what holds it back most
 * @property {number} cpu_share
 * @property {number} bytes_per_s
 * @property {number} used
 * @property {"cpu" | "bytes" | "time"} limit
 *
 * @typedef {object} Host
 * @property {string} name
 * @property {number} server_unix_s
 * @property {{size_bytes: number, used_bytes: number, free_bytes: number}} shm
 * @property {{cpu_share: number, tick_late_s: number, bytes_read_per_s: number, clients: number,
 *   views: number, view_late_s: number, views_held: number, budget: Budget}} observer
 * @property {number} hidden_processes
 * @property {{age_s: number, took_s: number, segments: number} | null} survey
 * @property {{path: string, problem: string | null} | null} config
 * @property {Health} health
 *
 * @typedef {object} Process
 * @property {number} pid
 * @property {string} command
 * @property {string} user
 * @property {number} started_unix_s
 * @property {"rw" | "r" | null} mapped
 * @property {number} descriptors
 *
 * @typedef {object} History
 * @property {"writes" | "changes"} counts
 * @property {ArrayLike<number>} age_s
 * @property {ArrayLike<number>} writes_per_s
 * @property {{slot: number, label: string, writes_per_s: ArrayLike<number>}[]} writers
 *
 * @typedef {object} Statistics
 * @property {string | null} field
 * @property {number | bigint} count
 * @property {number | bigint | null} min
 * @property {number | bigint | null} max
 * @property {number | null} mean
 * @property {number | null} std
 * @property {number | bigint} zeros
 * @property {number | bigint} nan
 * @property {number | bigint} inf
 * @property {number} age_s
 * @property {number} coverage
 * @property {{count: number | bigint, at_least: boolean} | null} distinct
 * @property {Record<string, number> | null} percentiles by percent: "1", "5", "25", "50", "75", "95", "99"
 * @property {{lo: number | bigint, hi: number | bigint, counts: ArrayLike<number>} | null} histogram
 * @property {number | bigint} sample
 *
 * A number of the array that the server looks at again and again, and its trace, the oldest sample
 * first; NaN where it could not be read.
 * @typedef {object} Watch
 * @property {number} number
 * @property {"value" | "mean" | "min" | "max" | "std" | "sum"} kind
 * @property {string} select
 * @property {string | null} field
 * @property {Part | null} part
 * @property {string} label
 * @property {number} rate_hz
 * @property {string | null} unit
 * @property {number | null} latest
 * @property {string | null} problem
 * @property {ArrayLike<number>} age_s
 * @property {ArrayLike<number>} values
 *
 * What a page needs to know of an array before it can ask for its values.
 * @typedef {Pick<Row, "name" | "dtype_spec" | "shape" | "strides" | "offset">} Facts
 *
 * @typedef {{host: Host, arrays: Row[]}} OverviewBody
 * @typedef {{row: Row, history: History, statistics: Statistics[], processes: Process[] | null,
 *   host: Host, events: Event[], watches: Watch[],
 *   copies: Copy[]}} ArrayBody
 */
export {};
