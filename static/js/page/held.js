/** Why views come late: the sampler's budget, in words. */
import { formatBytes, formatDuration, formatShare } from "./format.js";

/**
 * @param {Pick<import("./types.js").Host["observer"], "view_late_s" | "views_held" | "budget">} observer
 * @returns {string} nothing while every view comes as often as it is wanted
 */
export function heldInWords({ view_late_s, views_held, budget }) {
  if (views_held === 0) return "";
  const views = views_held === 1 ? "a view comes" : `${views_held} views come up to`;
  return `${limitInWords(budget)}: ${views} ${formatDuration(view_late_s)} late.`;
}

/** @param {import("./types.js").Budget} budget */
function limitInWords({ limit, cpu_share, bytes_per_s }) {
  if (limit === "time") return "Sampling waits for a busy machine or slow memory";
  const most =
    limit === "cpu" ? `${formatShare(cpu_share)} of a core` : `${formatBytes(bytes_per_s)}/s`;
  return `Sampling is held to ${most}`;
}
