/** The host's shared memory in the header, and what the observer itself costs in the foot. */
import { need, setAttribute, setText } from "./element.js";
import { formatBytes, formatCount, formatDuration, formatShare, NONE } from "./format.js";
import { heldInWords } from "./held.js";
import { levelMark } from "./icons.js";

/** @param {import("./types.js").Host} host */
export function showHost({ name, shm, observer, survey, config, health }) {
  setText(need("#host-name"), name);
  showMemory(shm);
  showLevel(health.level);
  setText(need("#observer-cpu"), formatShare(observer.cpu_share));
  setText(need("#observer-late"), formatDuration(observer.tick_late_s));
  setText(need("#observer-view-late"), formatDuration(observer.view_late_s));
  setText(need("#observer-read"), `${formatBytes(observer.bytes_read_per_s)}/s`);
  setText(need("#observer-survey"), surveyInWords(survey));
  setText(need("#observer-clients"), String(observer.clients));
  setText(need("#observer-views"), String(observer.views));
  need("#observer").hidden = false;
  showHeld(heldInWords(observer));
  showConfiguration(config);
}

/** @param {string} words why views come late; none while they do not */
function showHeld(words) {
  const line = need("#observer-held");
  line.hidden = words === "";
  setText(line, words);
}

/** @param {import("./types.js").Host["survey"]} survey */
function surveyInWords(survey) {
  return survey
    ? `${formatCount(survey.segments, "segment")} in ${formatDuration(survey.took_s)}`
    : NONE;
}

/** @param {import("./types.js").Host["shm"]} shm */
function showMemory({ used_bytes, size_bytes }) {
  const gauge = need("#shm");
  gauge.hidden = false;
  setText(need("#shm-used"), formatBytes(used_bytes));
  setText(need("#shm-size"), formatBytes(size_bytes));
  const share = size_bytes > 0 ? used_bytes / size_bytes : 0;
  need("#shm-fill").style.width = `${Math.min(100, share * 100).toFixed(1)}%`;
  setAttribute(gauge, "data-full", share > 0.9);
}

/** @param {string} level of the host; while all is well nothing is said */
function showLevel(level) {
  const slot = need("#shm-level");
  if (slot.dataset.level === level) return;
  slot.dataset.level = level;
  const mark = levelMark(level);
  mark.removeAttribute("data-testid"); // it is of no array
  slot.replaceChildren(...(level === "ok" ? [] : [mark]));
}

/**
 * The rules of a file that became wrong are kept as they were, and the page says so.
 *
 * @param {import("./types.js").Host["config"]} config
 */
function showConfiguration(config) {
  const problem = config?.problem ?? "";
  const path = config && !problem.includes(config.path) ? `${config.path}: ` : "";
  need("#config-banner").hidden = problem === "";
  setText(need("#config-banner p"), problem && `${path}${problem}`);
}
