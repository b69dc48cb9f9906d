/** The scales of indices along the edges of a picture. */
import { h } from "../page/element.js";
import { tickValues } from "../page/scaling.js";

/**
 * @typedef {import("../values/types.js").Axis} Axis
 * @typedef {import("../views/types.js").Range} Range
 * @typedef {{share: number, text: string}} EdgeTick
 */

const TICKS = 5;

/**
 * Round indices of the part of an axis that is seen, each at the middle of its element.
 *
 * @param {Axis} axis of the selection
 * @param {Range} seen in places of the selection
 * @returns {EdgeTick[]}
 */
export function edgeTicks({ start, step, count }, { lo, hi }) {
  const first = Math.max(0, Math.floor(lo));
  const last = Math.min(count, Math.ceil(hi)) - 1;
  const ends = [start + first * step, start + last * step];
  const indices = tickValues({ lo: Math.min(...ends), hi: Math.max(...ends) }, TICKS);
  const ticks = indices.filter(Number.isInteger).map((index) => ({
    share: ((index - start) / step + 0.5 - lo) / (hi - lo),
    text: String(index),
  }));
  return ticks.filter(({ share }) => share >= 0 && share <= 1);
}

/**
 * @param {HTMLElement} scale
 * @param {EdgeTick[]} ticks
 * @param {"top" | "left"} side
 */
export function fillScale(scale, ticks, side) {
  scale.replaceChildren(
    ...ticks.map(({ share, text }) => {
      const tick = h("span", { class: "tick" }, text);
      tick.style[side] = `${share * 100}%`;
      return tick;
    }),
  );
}
