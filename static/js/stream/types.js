/**
 * The words of docs/stream.md on messages, as types. Nothing here runs.
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
 */
export {};
