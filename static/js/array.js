/** The page of one array. */

import { showGone } from "./array/gone_notice.js";
import { showProcesses } from "./array/processes_panel.js";
import { showStatistics } from "./array/statistics_panel.js";
import { showTitle } from "./array/title_panel.js";
import { showWriters } from "./array/writers_panel.js";
import { EventList } from "./health/event_list.js";
import { HealthPanel } from "./health/health_panel.js";
import { listenForKeys } from "./keys/key_listener.js";
import { OwnLayout } from "./layout/own_layout.js";
import { LayoutPanel } from "./layout/panel.js";
import { need, setAttribute, setText } from "./page/element.js";
import { Kept } from "./page/kept.js";
import { insist, Later } from "./page/later.js";
import { showHost } from "./page/status_bar.js";
import { browserEnvironment } from "./stream/browser.js";
import { Connection } from "./stream/connection.js";
import { watchConnection } from "./stream/link_lamp.js";
import { besideAddress } from "./together/state.js";
import { elementWish } from "./traces/watch_model.js";
import { ArrayApi } from "./values/array_api.js";
import { valuesKeys } from "./values/keys.js";
import { formatArrayState, parseArrayState } from "./values/page_state.js";
import { ValuesPanel } from "./values/panel.js";
import { Remembered } from "./values/remembered.js";

/** @typedef {import("./page/types.js").ArrayBody} ArrayBody */
/** @typedef {import("./page/types.js").Row} Row */

const id = document.body.dataset.arrayId ?? "";
const name = document.body.dataset.arrayName ?? "";

const connection = new Connection(browserEnvironment());
watchConnection(connection);
const health = new HealthPanel(need("#verdicts"), "Every check of this array passes.");
const events = new EventList(need("#events"), { named: false });
const own = new OwnLayout();
const remembered = new Remembered(new Kept());
const told = location.search !== "";
const asked = parseArrayState(location.search);
const values = new ValuesPanel(need("#values"), connection, id, asked, {
  state(state) {
    history.replaceState(null, "", `${location.pathname}${formatArrayState(state)}`);
    showBeside(state);
    const { row } = values.inquiry;
    // The colours of a difference are not the array's.
    if (row && !state.against) remembered.note(row, state);
  },
  preview: (shown) => layout.shown(shown),
  layoutRefused: (problem) => layout.refuse(problem),
  watch: (schema, index) => traces.use((panel) => panel.pin(elementWish(schema, index))),
  shown: ({ schema }) => traces.use(({ form }) => form.suggest(schema, values.state.viewport)),
});
const traces = new Later(fetchTraces());
const layout = new LayoutPanel(new ArrayApi(id), asked.layout, {
  preview: (wanted) => values.preview(wanted),
  changed(row) {
    if (own.change(row, performance.now())) adopt(row);
    values.preview(null);
  },
});

async function fetchTraces() {
  await values.first.shown;
  const { WatchPanel } = await insist(() => import("./traces/watch_panel.js"));
  return new WatchPanel(new ArrayApi(id));
}

/** @param {import("./values/page_state.js").ArrayState} state */
function showBeside(state) {
  setAttribute(need("#beside"), "href", besideAddress(id, state));
}

/** @param {Row} row */
function adopt(row) {
  if (!values.inquiry.row && !told) values.change(remembered.find(row) ?? {});
  values.adopt(row);
  layout.adopt(row);
}

/** @param {ArrayBody} body */
function show(body) {
  const { row, statistics, host, processes } = body;
  need("#waiting").hidden = true;
  if (own.take(row, performance.now())) adopt(row);
  layout.update(row);
  showTitle(row);
  health.update(row.health);
  showEvents(body);
  showWriters(row);
  showProcesses(processes, row, host);
  showStatistics(statistics);
  traces.use((panel) => panel.update(body));
  values.deeds.use((deeds) => deeds.kept(body.copies));
  showHost(host);
}

/** @param {ArrayBody} body */
function showEvents({ events: found, host }) {
  events.update(found, found, host.server_unix_s);
  need("#events").hidden = found.length === 0;
  need("#no-events").hidden = found.length > 0;
}

/** @param {import("./page/types.js").Problem} problem */
function waitFor({ detail }) {
  need("#waiting").hidden = false;
  setText(need("#waiting"), `${detail} Looking for it for a few seconds…`);
}

/** @param {string} detail */
function end(detail) {
  values.feed.stop();
  showGone(detail, { id, name });
}

showBeside(asked);
listenForKeys(valuesKeys(() => values));
connection.subscribe(
  { topic: "array", array: id },
  { frame: show, waiting: waitFor, gone: end, error: ({ detail }) => end(detail) },
);
connection.start();
