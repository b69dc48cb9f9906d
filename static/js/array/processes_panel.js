/** Which processes use an array's memory: a row each, written in place. */

import { hiddenInWords, unknownUsers } from "../overview/users.js";
import { h, need, setText } from "../page/element.js";
import { formatAge } from "../page/format.js";
import { stateDot } from "../page/icons.js";

/**
 * @typedef {import("../page/types.js").Process} Process
 * @typedef {import("../page/types.js").Row} Row
 * @typedef {import("../page/types.js").Host} Host
 */

const HEADINGS = ["pid", "Command", "User", "Maps it", "Descriptors", "Started"];

/**
 * @param {Process[] | null} processes
 * @param {Row} row
 * @param {Host} host
 */
export function showProcesses(processes, { mechanism }, { hidden_processes, server_unix_s }) {
  const root = need("#processes");
  const listed = processes ?? [];
  const key = JSON.stringify([processes?.map(identityOf)]);
  if (root.dataset.key !== key) {
    root.dataset.key = key;
    root.replaceChildren(listed.length > 0 ? tableOf(listed) : nobody(processes, mechanism));
  }
  listed.forEach((process, i) => {
    updateProcess(need(`[data-place="${i}"]`, root), process, server_unix_s);
  });
  const note = mechanism === "Manager" ? "" : hiddenInWords(hidden_processes);
  need("#processes-hidden").hidden = note === "";
  setText(need("#processes-hidden"), note);
}

/** @param {Process} process pids are reused, so the start belongs to them */
function identityOf({ pid, started_unix_s, command, user }) {
  return [pid, started_unix_s, command, user];
}

/**
 * @param {Process[] | null} processes
 * @param {string} mechanism
 */
function nobody(processes, mechanism) {
  const text =
    processes === null
      ? unknownUsers(mechanism)
      : "No process maps it or holds it open: it stays until somebody removes it.";
  return h("p", { class: "hint", "data-testid": "no-processes" }, text);
}

/** @param {Process[]} processes */
function tableOf(processes) {
  const headings = HEADINGS.map((heading) => h("th", { scope: "col" }, heading));
  return h(
    "table",
    { class: "data", "data-testid": "processes-table" },
    h("caption", { class: "visually-hidden" }, "Processes that use this memory"),
    h("thead", {}, h("tr", {}, ...headings)),
    h("tbody", {}, ...processes.map(rowOf)),
  );
}

/**
 * @param {Process} process
 * @param {number} place
 */
function rowOf({ pid, command, user, started_unix_s }, place) {
  const started = new Date(started_unix_s * 1000).toLocaleString("en-GB");
  return h(
    "tr",
    { "data-testid": "process-row", "data-place": place, "data-pid": pid },
    h("th", { scope: "row", class: "number" }, String(pid)),
    h("td", { class: "command", title: command, "data-testid": "process-command" }, command),
    h("td", {}, user),
    h("td", { "data-cell": "mapped", "data-testid": "process-maps" }),
    h("td", { "data-cell": "descriptors", class: "number" }),
    h("td", { "data-cell": "started", class: "number", title: started }),
  );
}

/**
 * @param {HTMLElement} line
 * @param {Process} process
 * @param {number} now_unix_s the server's clock: the start is told by the same
 */
function updateProcess(line, { mapped, descriptors, started_unix_s }, now_unix_s) {
  const access = mapped ?? "open";
  if (line.dataset.mapped !== access) {
    line.dataset.mapped = access;
    const words = { rw: "read, write", r: "read", open: "no" };
    need("[data-cell=mapped]", line).replaceChildren(stateDot(access), words[access]);
  }
  setText(need("[data-cell=descriptors]", line), String(descriptors));
  const age = formatAge(Math.max(0, now_unix_s - started_unix_s));
  setText(need("[data-cell=started]", line), age === "now" ? age : `${age} ago`);
}
