/**
 * The words of docs/stream.md as types. Nothing here runs.
 *
 * @typedef {Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array
 *   | Uint32Array | BigInt64Array | BigUint64Array} Numbers
 * @typedef {Numbers | string[]} Values
 * @typedef {"ok" | "warning" | "critical"} Level
 * @typedef {"alive" | "stopped" | "dead" | "left" | "unseen"} WriterState
 *
 * @typedef {import("../health/health_types.js").Verdict} Verdict
 * @typedef {import("../health/health_types.js").Health} Health
 * @typedef {import("../health/health_types.js").Event} Event
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
 * How what is too much for the screen is reduced. An envelope is the minimum and the maximum, as a
 * last axis of two.
 * @typedef {"stride" | "mean" | "min" | "max" | "envelope"} Reduction
 * @typedef {"real" | "imaginary" | "magnitude" | "phase"} Part
 * @typedef {{array: string} | {copy: number}} Against
 *
 * `selected` are the axes of the selection, `window` says from where to where of them is sent, and
 * `reduced` how many of its elements each element of `axes` stands for.
 *
 * @typedef {object} Schema
 * @property {string} array
 * @property {string} dtype
 * @property {number[]} shape
 * @property {string} select
 * @property {string | null} field
 * @property {Part | null} part
 * @property {number[] | null} order
 * @property {Against | null} against
 * @property {Axis[]} selected
 * @property {[number, number][]} window
 * @property {Axis[]} axes
 * @property {number[] | null} reduced
 * @property {Reduction | null} how
 * @property {number | null} [thinned]
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
 * @property {number} [coverage]
 * @property {Difference | null} [difference]
 *
 * @typedef {object} Difference
 * @property {number | bigint} differing
 * @property {number | bigint} of
 * @property {number | bigint | null} largest
 * @property {number[] | null} at
 * @property {number[] | null} first
 *
 * All of an array as it once was, kept by the server.
 *
 * @typedef {object} Copy
 * @property {number} number
 * @property {number} taken_unix_s
 * @property {Frame["verdict"]} verdict
 * @property {number} size_bytes
 * @property {number[]} shape
 * @property {string} dtype
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
 * What part of a selection is on the screen: a range of places an axis, not always whole ones. Null
 * stands for all.
 * @typedef {Range[]} Viewport
 *
 * How values are drawn. `clip` is the percentage of values that the scale leaves out at each end.
 * @typedef {object} Look
 * @property {string} map a colour map
 * @property {"linear" | "log" | "symlog"} scale
 * @property {number} clip
 * @property {Reduction} reduce
 * @property {string} format of numbers
 * @property {boolean} changes whether to show how often each element was seen to change
 *
 * What a view is told beside the frame: a range to hold, or null to follow the values; at which byte
 * of its segment the array begins; what part is on the screen; how to draw it.
 * @typedef {{range: Range | null, origin: number, viewport: Viewport | null, look: Look}} ViewOptions
 *
 * What a view can make use of: so many elements an axis, else reduced; null for all. A view that
 * never shows all says by `window` what it shows, viewport or not.
 * @typedef {{most: number[] | null, reduce: Reduction, window?: Viewport}} Detail
 *
 * What a view can ask for.
 * @typedef {object} ViewActions
 * @property {(selection: string) => void} select
 * @property {(viewport: Viewport | null) => void} show another part of the selection
 * @property {(detail: Detail) => void} detail
 * @property {(range: Range | null) => void} hold a range, or follow the values
 * @property {(index: number[]) => void} watch an element over time, by its index in the array
 *
 * What a view says after drawing: a text equivalent, and the range it used if it has one.
 * @typedef {{text: string, range: Range | null}} Drawn
 *
 * `render` is called for every frame, and again whenever an option changes. `picture` is what is
 * seen, for an image file. `act` does what a key asks for and says whether it could.
 * @typedef {object} MountedView
 * @property {(schema: Schema, frame: Frame, options: ViewOptions) => Drawn} render
 * @property {() => void} unmount
 * @property {() => HTMLCanvasElement | null} [picture]
 * @property {(action: ViewAction) => boolean} [act]
 *
 * @typedef {"zoom-in" | "zoom-out" | "zoom-all" | "go-to" | "copy"} ViewAction
 * @typedef {"axes" | "map" | "scale" | "range" | "reduce" | "format" | "changes"} Tool
 *
 * @typedef {(root: HTMLElement, actions: ViewActions) => MountedView} Mount
 *
 * `fits` answers 0 for a schema that the view cannot show, else a rank: the highest is `auto`. What
 * draws is fetched when it is first wanted: a page shows one view at first, of many.
 * @typedef {object} View
 * @property {string} id
 * @property {string} label
 * @property {Tool[]} tools what of its look can be chosen
 * @property {(schema: Schema) => number} fits
 * @property {() => Promise<Mount>} load
 */
export {};
