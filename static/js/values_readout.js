/** The strip below the screen: state of the copy, age, what was passed over. */
import { need, setAttribute, setText } from "./element.js";
import { formatClock, formatDuration } from "./format.js";

const EXPLANATIONS = {
  clean: "No counted write was under way while this copy was made.",
  torn: "A write was under way at every attempt: parts of this copy may be older than others.",
  unverified: "Nobody counts the writes of this array: whether the copy is whole is not known.",
};

/**
 * @param {import("./types.js").Frame} frame
 * @param {import("./types.js").Head} head
 */
export function showReadout({ verdict, attempts, taken_unix_s }, { seq, lag_s, skipped }) {
  const copy = need("#copy-verdict");
  setText(copy, attempts > 1 ? `${verdict}, attempt ${attempts}` : verdict);
  setAttribute(copy, "data-verdict", verdict);
  setAttribute(copy, "title", EXPLANATIONS[verdict] ?? null);
  setText(need("#frame-taken"), formatClock(taken_unix_s));
  setText(need("#frame-lag"), formatDuration(lag_s));
  setText(need("#frame-skipped"), String(skipped ?? 0));
  setText(need("#frame-seq"), String(seq));
}
