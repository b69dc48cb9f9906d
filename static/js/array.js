/** The page of one array. */
import { ArrayApi } from "./array_api.js";
import { browserEnvironment } from "./browser.js";
import { Connection } from "./connection.js";
import { need, setAttribute, setText } from "./element.js";
import { EventList } from "./event_list.js";
import { showGone } from "./gone_notice.js";
import { HealthPanel } from "./health_panel.js";
import { Kept } from "./kept.js";
import { listenForKeys } from "./key_listener.js";
import { LayoutPanel } from "./layout_panel.js";
import { watchConnection } from "./link_lamp.js";
import { OwnLayout } from "./own_layout.js";
import { formatArrayState, parseArrayState } from "./page_state.js";
import { showProcesses } from "./processes_panel.js";
import { Remembered } from "./remembered.js";
import { showStatistics } from "./statistics_panel.js";
import { showHost } from "./status_bar.js";
import { showTitle } from "./title_panel.js";
import { besideAddress } from "./together_state.js";
import { valuesKeys } from "./values_keys.js";
import { ValuesPanel } from "./values_panel.js";
import { elementWish } from "./watch_model.js";
import { WatchPanel } from "./watch_panel.js";
import { showWriters } from "./writers_panel.js";

/** @typedef {import("./types.js").ArrayBody} ArrayBody */
/** @typedef {import("./types.js").Row} Row */

const id = document.body.dataset.arrayId ?? "";
const name = document.body.dataset.arrayName ?? "";

const connection = new Connection(browserEnvironment());
watchConnection(connection);
const traces = new WatchPanel(new ArrayApi(id));
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
  watch: (schema, index) => traces.pin(elementWish(schema, index)),
  shown: ({ schema }) => traces.form.suggest(schema, values.state.viewport),
});
const layout = new LayoutPanel(new ArrayApi(id), asked.layout, {
  preview: (wanted) => values.preview(wanted),
  changed(row) {
    if (own.change(row, performance.now())) adopt(row);
    values.preview(null);
  },
});

/** @param {import("./page_state.js").ArrayState} state */
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
  traces.update(body);
  values.deeds.kept(body.copies);
  showHost(host);
}

/** @param {ArrayBody} body */
function showEvents({ events: found, host }) {
  events.update(found, found, host.server_unix_s);
  need("#events").hidden = found.length === 0;
  need("#no-events").hidden = found.length > 0;
}

/** @param {import("./types.js").Problem} problem */
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
