/**
 * How values are drawn, as far as the user can choose it; part of the page's address.
 *
 * @typedef {import("../views/types.js").Look} Look
 */
import { MAPS } from "../heat/colormap.js";

/** @type {Look} */
export const DEFAULT_LOOK = {
  map: "viridis",
  scale: "linear",
  clip: 0,
  reduce: "mean",
  format: "auto",
  changes: false,
};

/** What can be chosen, with the words it is offered by. */
export const CHOICES = {
  map: MAPS.map((id) => ({ id, label: id })),
  scale: [
    { id: "linear", label: "Linear" },
    { id: "log", label: "Log" },
    { id: "symlog", label: "Symlog" },
  ],
  clip: [
    { id: "0", label: "Min to max" },
    { id: "0.5", label: "0.5 % to 99.5 %" },
    { id: "1", label: "1 % to 99 %" },
    { id: "2", label: "2 % to 98 %" },
    { id: "5", label: "5 % to 95 %" },
  ],
  reduce: [
    { id: "mean", label: "Mean" },
    { id: "min", label: "Minimum" },
    { id: "max", label: "Maximum" },
    { id: "stride", label: "Every n-th" },
  ],
  format: [
    { id: "auto", label: "Auto" },
    { id: "fixed2", label: "0.00" },
    { id: "fixed6", label: "0.000000" },
    { id: "exp", label: "0.0e+0" },
    { id: "full", label: "All digits" },
    { id: "hex", label: "Hexadecimal" },
  ],
};

/**
 * @param {(key: string) => string | null} read a field of the page's address
 * @returns {Look}
 */
export function parseLook(read) {
  return {
    map: oneOf("map", read("map")),
    scale: /** @type {Look["scale"]} */ (oneOf("scale", read("scale"))),
    clip: Number(oneOf("clip", read("clip"))),
    reduce: /** @type {Look["reduce"]} */ (oneOf("reduce", read("reduce"))),
    format: oneOf("format", read("format")),
    changes: read("changes") === "1",
  };
}

/**
 * @param {keyof typeof CHOICES} tool
 * @param {string | null} text
 */
function oneOf(tool, text) {
  const known = CHOICES[tool].some(({ id }) => id === text);
  return known && text !== null ? text : String(DEFAULT_LOOK[tool]);
}

/**
 * The fields that differ from the usual, for the page's address.
 *
 * @param {Look} look
 * @returns {Record<string, string | null>}
 */
export function formatLook(look) {
  const keys = /** @type {(keyof typeof CHOICES)[]} */ (Object.keys(CHOICES));
  const fields = keys.map((key) => {
    const text = String(look[key]);
    return [key, text === String(DEFAULT_LOOK[key]) ? null : text];
  });
  return { ...Object.fromEntries(fields), changes: look.changes ? "1" : null };
}
