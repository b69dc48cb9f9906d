/** The page of one array. */
import { browserEnvironment } from "./browser.js";
import { Connection } from "./connection.js";
import { need, setText } from "./element.js";
import { showGone } from "./gone_notice.js";
import { showHealth } from "./health_panel.js";
import { HistoryPanel } from "./history_panel.js";
import { watchConnection } from "./link_lamp.js";
import { formatArrayState, parseArrayState } from "./page_state.js";
import { firstSelection } from "./selection.js";
import { showStatistics } from "./statistics_panel.js";
import { showHost } from "./status_bar.js";
import { showTitle } from "./title_panel.js";
import { ValuesPanel } from "./values_panel.js";
import { showWriters } from "./writers_panel.js";

/** @typedef {import("./types.js").ArrayBody} ArrayBody */

const id = document.body.dataset.arrayId ?? "";
const name = document.body.dataset.arrayName ?? "";

const connection = new Connection(browserEnvironment());
watchConnection(connection);
const rates = new HistoryPanel();
const values = new ValuesPanel(connection, id, parseArrayState(location.search), (state) => {
  history.replaceState(null, "", `${location.pathname}${formatArrayState(state)}`);
});
let started = false;

/** @param {ArrayBody} body */
function show(body) {
  const { row, statistics, host } = body;
  need("#waiting").hidden = true;
  if (!started) values.start(firstSelection(row), row.shape);
  started = true;
  showTitle(row);
  showHealth(row.health);
  showWriters(row.writers);
  showStatistics(statistics);
  rates.update(body);
  if (host) showHost(host);
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

connection.subscribe(
  { topic: "array", array: id },
  { frame: show, waiting: waitFor, gone: end, error: ({ detail }) => end(detail) },
);
connection.start();
