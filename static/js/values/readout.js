/** The strip below the screen: state of the copy, age, what was passed over. */
import { part, setAttribute, setText } from "../page/element.js";
import { formatClock, formatDuration } from "../page/format.js";

const EXPLANATIONS = {
  clean: "No counted write was under way while this copy was made.",
  torn: "A write was under way at every attempt: parts of this copy may be older than others.",
  unverified: "Nobody counts the writes of this array: whether the copy is whole is not known.",
};

const DEEDS = { mean: "mean of", min: "minimum of", max: "maximum of", envelope: "range of" };

/**
 * @param {HTMLElement} root the panel
 * @param {import("./types.js").Frame} frame
 * @param {import("../stream/types.js").Head} head
 */
export function showReadout(root, { verdict, attempts, taken_unix_s }, { seq, lag_s, skipped }) {
  const copy = part(root, "copy-verdict");
  setText(copy, attempts > 1 ? `${verdict}, attempt ${attempts}` : verdict);
  setAttribute(copy, "data-verdict", verdict);
  setAttribute(copy, "title", EXPLANATIONS[verdict] ?? null);
  setText(part(root, "frame-taken"), formatClock(taken_unix_s));
  setText(part(root, "frame-lag"), formatDuration(lag_s));
  setText(part(root, "frame-skipped"), String(skipped ?? 0));
  setText(part(root, "frame-seq"), String(seq));
}

/**
 * How the values are reduced, or empty: `mean of 4 × 4`.
 *
 * @param {import("./types.js").Schema} schema
 */
export function describeReduction({ reduced, how, thinned }) {
  if (!reduced) return "";
  const size = reduced.join(" × ");
  if (!how || how === "stride") return `every ${size}`;
  return `${DEEDS[how]} ${size}${thinned ? `, looking at every ${thinned}` : ""}`;
}

/**
 * @param {HTMLElement} root the panel
 * @param {import("./types.js").Schema} schema
 * @param {number} coverage part of it that was gathered so far
 */
export function showReduction(root, schema, coverage) {
  const text = describeReduction(schema);
  const gathered = coverage < 1 ? `, ${Math.floor(coverage * 100)} % gathered` : "";
  part(root, "reduced-item").hidden = text === "";
  setText(part(root, "reduced"), text && text + gathered);
}
