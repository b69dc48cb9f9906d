/**
 * The words of docs/stream.md for a hub, as types. Nothing here runs.
 *
 * @typedef {import("../page/types.js").Row} Row
 * @typedef {"reachable" | "unreachable" | "ended" | "conflict"} HostState
 *
 * @typedef {object} HostRow
 * @property {string} host
 * @property {string} site
 * @property {HostState} state
 * @property {number} since_s
 * @property {number | null} heard_s
 * @property {number} arrays
 * @property {{listed: number, limit_bytes: number} | null} cut not all of them are listed
 * @property {number} writes_per_s
 * @property {import("../health/health_types.js").Level} level
 * @property {Record<import("../health/health_types.js").Level, number>} levels
 * @property {{size_bytes: number, used_bytes: number} | null} room
 * @property {string} version
 *
 * @typedef {Row & {state?: HostState, known_age_s?: number | null}} FleetRow
 *
 * `found`: of how many arrays those told are the first; `whole`: they are all that there are.
 * @typedef {{hosts: HostRow[], arrays: FleetRow[], found: number, whole: boolean}} FleetBody
 *
 * A host and those of its arrays that are shown.
 * @typedef {{host: HostRow, own: boolean, open: boolean, rows: FleetRow[]}} Group
 */
export {};
