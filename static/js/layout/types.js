/**
 * Layouts by hand and suggestions, as types. Nothing here runs.
 *
 * @typedef {import("../page/types.js").Provenance} Provenance
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
 */
export {};
