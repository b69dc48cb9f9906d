/**
 * The words of docs/stream.md on health and on the host, as types. Nothing here runs.
 *
 * @typedef {"ok" | "warning" | "critical"} Level
 * @typedef {"certain" | "likely" | "possible" | "unknown"} Sureness
 * @typedef {string | number | bigint | boolean | null} Fact
 *
 * @typedef {object} Verdict
 * @property {string} rule
 * @property {Level} level
 * @property {string} sentence
 * @property {number} since_s
 * @property {string | null} remedy
 * @property {Sureness} sure
 * @property {Record<string, Fact>} facts
 *
 * @typedef {{level: Level, verdicts: Verdict[]}} Health
 *
 * Of the host itself where `array` is empty.
 * @typedef {object} Event
 * @property {number} number
 * @property {number} unix_s
 * @property {"appeared" | "recreated" | "went" | "raised" | "cleared"} kind
 * @property {string} array
 * @property {string} name
 * @property {string} rule
 * @property {Level} level
 * @property {string} sentence
 *
 * @typedef {object} Room
 * @property {string} path
 * @property {number} size_bytes
 * @property {number} used_bytes
 * @property {number} free_bytes
 * @property {number} claimed_bytes
 * @property {number} resident_bytes
 * @property {number | null} growth_bytes_per_s
 * @property {number} orphans
 * @property {number} orphan_bytes
 *
 * @typedef {object} Segment
 * @property {string} label
 * @property {string} owner
 * @property {number} size_bytes
 * @property {number} resident_bytes
 * @property {string[]} arrays ids
 * @property {Level} level
 * @property {boolean} orphan
 *
 * A named semaphore.
 * @typedef {object} Lock
 * @property {string} id
 * @property {string} name
 * @property {number} value
 * @property {number} waiters
 * @property {number} held_s
 * @property {number | null} users
 * @property {Level} level
 *
 * @typedef {{host: import("../page/types.js").Host, room: Room, segments: Segment[], locks: Lock[],
 *   events: Event[]}} HostBody
 */
export {};
