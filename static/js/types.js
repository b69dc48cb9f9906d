/**
 * The words of docs/stream.md as types. Nothing here runs.
 *
 * @typedef {Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array
 *   | Uint32Array | BigInt64Array | BigUint64Array} Numbers
 * @typedef {Numbers | string[]} Values
 * @typedef {"ok" | "warning" | "critical"} Level
 * @typedef {"alive" | "stopped" | "dead" | "left" | "unseen"} WriterState
 *
 * @typedef {import("./health_types.js").Verdict} Verdict
 * @typedef {import("./health_types.js").Health} Health
 * @typedef {import("./health_types.js").Event} Event
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
 * @typedef {"published" | "recognised" | "configured" | "guessed" | "bytes"} Provenance
 *
 * Processes that map a segment read-write, map it read-only, or only hold a descriptor.
 * @typedef {{rw: number, r: number, open: number}} Users
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
 * @typedef {object} Host
 * @property {string} name
 * @property {number} server_unix_s
 * @property {{size_bytes: number, used_bytes: number, free_bytes: number}} shm
 * @property {{cpu_share: number, tick_late_s: number, bytes_read_per_s: number, clients: number,
 *   views: number}} observer
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
 *
 * @typedef {{host: Host, arrays: Row[]}} OverviewBody
 * @typedef {{row: Row, history: History, statistics: Statistics[], processes: Process[] | null,
 *   host: Host, events: Event[]}} ArrayBody
 *
 * A layout by hand; what is left out is as the server says.
 * @typedef {object} Layout
 * @property {string | unknown[]} dtype
 * @property {string | number[]} [shape]
 * @property {number} [offset]
 * @property {"C" | "F"} [order]
 * @property {number[] | null} [strides]
 *
 * @typedef {{layout: Layout, confidence: number, reason: string}} Guess
 * @typedef {{layout: Layout, provenance: Provenance, option: string, toml: string}} KeptLayout
 *
 * @typedef {"numbers" | "complex" | "bool" | "text" | "records"} Kind
 * @typedef {{axis: number, start: number, step: number, count: number}} Axis
 * @typedef {{name: string, dtype: string, kind: Kind, shape: number[]}} Field
 *
 * @typedef {object} Schema
 * @property {string} array
 * @property {string} dtype
 * @property {number[]} shape
 * @property {string} select
 * @property {Axis[]} axes
 * @property {number[] | null} reduced
 * @property {Kind} kind
 * @property {Field[] | null} fields
 * @property {string | null} unit
 * @property {string[] | null} labels
 *
 * @typedef {object} Frame
 * @property {number} taken_unix_s
 * @property {"clean" | "torn" | "unverified"} verdict
 * @property {number} attempts
 * @property {number[]} shape
 * @property {Values} [values]
 * @property {Values[]} [columns]
 *
 * @typedef {object} Problem
 * @property {string} title
 * @property {string} detail
 * @property {number} status
 * @property {unknown} [value]
 * @property {unknown} [limit]
 * @property {string} [field]
 *
 * @typedef {object} Head
 * @property {string} type
 * @property {number | null} [id]
 * @property {number} [protocol]
 * @property {number} [seq]
 * @property {number} [lag_s]
 * @property {number} [skipped]
 *
 * @typedef {{head: Head, body: any}} Message
 *
 * @typedef {{lo: number, hi: number}} Range
 *
 * What a view is told beside the frame: a range to hold, or null to follow the values, and at which
 * byte of its segment the array begins.
 * @typedef {{range: Range | null, origin: number}} ViewOptions
 *
 * What a view can ask for.
 * @typedef {{select: (selection: string) => void}} ViewActions
 *
 * What a view says after drawing: a text equivalent, and the range it used if it has one.
 * @typedef {{text: string, range: Range | null}} Drawn
 *
 * @typedef {object} MountedView
 * @property {(schema: Schema, frame: Frame, options: ViewOptions) => Drawn} draw
 * @property {() => void} unmount
 *
 * `fits` answers 0 for a schema that the view cannot show, else a rank: the highest is `auto`.
 * @typedef {object} View
 * @property {string} id
 * @property {string} label
 * @property {(schema: Schema) => number} fits
 * @property {(root: HTMLElement, actions: ViewActions) => MountedView} mount
 */
export {};
