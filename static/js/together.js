/** The page of several arrays. */

import { absenceInWords } from "./fleet/absence.js";
import { listenForKeys } from "./keys/key_listener.js";
import { need, setText } from "./page/element.js";
import { formatCount } from "./page/format.js";
import { Kept } from "./page/kept.js";
import { showHost } from "./page/status_bar.js";
import { browserEnvironment } from "./stream/browser.js";
import { Connection } from "./stream/connection.js";
import { watchConnection } from "./stream/link_lamp.js";
import { TogetherBar } from "./together/bar.js";
import { findArray, listFromServer } from "./together/finding.js";
import { arrayMeant, columnsFor, hostOf, isId } from "./together/model.js";
import { TogetherPanels } from "./together/panels.js";
import { formatTogether, MOST_PANELS, parseTogether } from "./together/state.js";
import { valuesKeys } from "./values/keys.js";
import { parseArrayState } from "./values/page_state.js";
import { Remembered } from "./values/remembered.js";

/** @typedef {import("./page/types.js").Row} Row */

const FULL = `A page shows at most ${MOST_PANELS} arrays`;

const kept = new Kept();
const asked = parseTogether(location.search);
const connection = new Connection(browserEnvironment());
const grid = need("#panels");
const hub = document.body.dataset.hub;
/** @type {Row[]} */
let rows = [];
/** Other hosts and their arrays, as a hub tells them. @type {import("./fleet/types.js").FleetBody | null} */
let fleet = null;
/** @type {import("./stream/connection.js").Subscription | null} */
let hosts = null;
/** What was asked for last, as text. */
let followed = "";
/** @type {import("./page/types.js").OverviewBody | null} */
let newest = null;
let ready = false;

const bar = new TogetherBar(kept, asked, {
  change(change) {
    bar.show({ ...bar.common, ...change });
    panels.changeAll(change);
  },
  step: () => panels.step(),
  arrange: () => layOut(),
  add,
});
const panels = new TogetherPanels(grid, connection, {
  links: () => bar.arrangement,
  changed,
  remembered: new Remembered(kept),
});

/** What is common is what every panel has: the first tells. */
function common() {
  const { rate_hz, paused } = panels.states()[0]?.state ?? bar.common;
  return { rate_hz, paused };
}

function changed() {
  if (!ready) return;
  bar.show(common());
  const query = formatTogether({ panels: panels.states(), ...common() });
  history.replaceState(null, "", `${location.pathname}${query}`);
  setText(need("#together-title"), `${formatCount(panels.count, "array")} together`);
  need("#no-panels").hidden = panels.count > 0;
  layOut();
  follow();
}

/** Of a large fleet come those arrays alone that are asked for: the panels', and of their hosts. */
function follow() {
  const arrays = panels.states().flatMap(({ id }) => (isId(id) ? [id] : []));
  const wish = { hosts: [...new Set(arrays.map(hostOf))], arrays };
  const text = JSON.stringify(wish);
  if (!hosts || text === followed) return;
  followed = text;
  hosts.update(wish);
}

/** The grid's columns as chosen, and how many rows they make: these share the window's height. */
function layOut() {
  const most = bar.arrangement.columns || columnsFor(panels.count);
  grid.style.setProperty("--most", String(most));
  const columns = getComputedStyle(grid).gridTemplateColumns.split(" ").length;
  grid.style.setProperty("--rows", String(Math.ceil(Math.max(1, panels.count) / columns)));
}

/**
 * @param {string} text
 * @returns {Promise<string | null>} what is wrong
 */
async function add(text) {
  const isAll = !fleet || fleet.whole;
  const meant = isAll ? arrayMeant(rows, text) : await findArray(text, listFromServer);
  if ("problem" in meant) return meant.problem;
  const state = { ...parseArrayState(""), ...common() };
  return panels.add(meant.id, state, false) ? null : `${FULL}.`;
}

function show() {
  if (!newest || (hub !== undefined && !fleet)) return;
  rows = [...newest.arrays, ...(fleet?.arrays ?? [])];
  bar.offer(rows);
  panels.update(rows, away);
}

/** @param {string} id */
function away(id) {
  const host = hostOf(id);
  if (!fleet || host === newest?.host.name) return "";
  return absenceInWords(fleet, host, Date.now() / 1000, true);
}

function begin() {
  const usual = { ...parseArrayState(""), rate_hz: asked.rate_hz, paused: asked.paused };
  for (const { id, state } of asked.panels) panels.add(id, state ?? usual, state !== null);
  if (asked.left_out > 0) bar.showProblem(`${FULL}; ${asked.left_out} are left out.`);
  ready = true;
  changed();
  if (panels.count === 1) bar.add.focus();
}

begin();
listenForKeys([
  {
    heading: "Panels",
    keys: [
      { keys: ["j"], says: "Next panel", does: () => panels.go(1), repeats: true },
      { keys: ["J"], says: "Panel before", does: () => panels.go(-1), repeats: true },
      { keys: ["i"], says: "Add an array", does: () => bar.add.focus() },
    ],
  },
  ...valuesKeys(() => panels.current?.values ?? null),
]);
new ResizeObserver(layOut).observe(grid);
watchConnection(connection);
connection.subscribe(
  { topic: "overview" },
  {
    /** @param {import("./page/types.js").OverviewBody} body */
    frame(body) {
      newest = body;
      showHost(body.host);
      show();
    },
  },
);
if (hub !== undefined) {
  hosts = connection.subscribe(
    { topic: "fleet", hosts: [], arrays: [] },
    {
      /** @param {import("./fleet/types.js").FleetBody} body */
      frame(body) {
        fleet = body;
        show();
      },
    },
  );
  follow();
}
connection.start();
