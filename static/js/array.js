/** The page of one array. */

import { showGone } from "./array/gone_notice.js";
import { showTitle } from "./array/title_panel.js";
import { listenForKeys } from "./keys/key_listener.js";
import { OwnLayout } from "./layout/own_layout.js";
import { need, setAttribute, setText } from "./page/element.js";
import { Kept } from "./page/kept.js";
import { insist, Later } from "./page/later.js";
import { showHost } from "./page/status_bar.js";
import { browserEnvironment } from "./stream/browser.js";
import { Connection } from "./stream/connection.js";
import { watchConnection } from "./stream/link_lamp.js";
import { NOT_NOW } from "./stream/protocol.js";
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
const own = new OwnLayout();
const remembered = new Remembered(new Kept());
const told = location.search !== "";
const asked = parseArrayState(location.search);
const values = new ValuesPanel(need("#values"), connection, id, asked, {
  state(state) {
    history.replaceState(null, "", `${location.pathname}${addressed(state)}`);
    showBeside(state);
    const { row } = values.inquiry;
    // The colours of a difference are not the array's.
    if (row && !state.against) remembered.note(row, state);
  },
  preview: (shown) => side.use(({ layout }) => layout.shown(shown)),
  layoutRefused: (problem) => side.use(({ layout }) => layout.refuse(problem)),
  watch: (schema, index) => side.use(({ traces }) => traces.pin(elementWish(schema, index))),
  shown: ({ schema }) =>
    side.use(({ traces }) => traces.form.suggest(schema, values.state.viewport)),
});
/** @type {Later<import("./array/side_panels.js").SidePanels>} */
const side = new Later(fetchSide());

async function fetchSide() {
  await values.first.shown;
  const { SidePanels } = await insist(() => import("./array/side_panels.js"));
  return new SidePanels(new ArrayApi(id), asked.layout, {
    preview: (wanted) => values.preview(wanted),
    changed(row) {
      if (own.change(row, performance.now())) adopt(row);
      values.preview(null);
    },
  });
}

/**
 * The query of the page's address; within another page it stays so when it is loaded again.
 *
 * @param {import("./values/page_state.js").ArrayState} state
 */
function addressed(state) {
  const query = formatArrayState(state);
  if (document.body.dataset.embed === undefined) return query;
  return query ? `${query}&embed=1` : "?embed=1";
}

/** @param {import("./values/page_state.js").ArrayState} state */
function showBeside(state) {
  setAttribute(need("#beside"), "href", besideAddress(id, state));
}

/** @param {Row} row */
function adopt(row) {
  if (!values.inquiry.row && !told) values.change(remembered.find(row) ?? {});
  values.adopt(row);
  side.use(({ layout }) => layout.adopt(row));
}

/** @param {ArrayBody} body */
function show(body) {
  const { row, host } = body;
  need("#waiting").hidden = true;
  if (own.take(row, performance.now())) adopt(row);
  showTitle(row);
  side.use((panels) => panels.update(body));
  values.deeds.use((deeds) => deeds.kept(body.copies));
  showHost(host);
}

/** @param {import("./stream/types.js").Problem} problem */
function waitFor({ detail, status }) {
  need("#waiting").hidden = false;
  const how = status === NOT_NOW ? ": it goes on by itself." : " Looking for it for a few seconds…";
  setText(need("#waiting"), `${detail}${how}`);
}

/** @param {import("./stream/types.js").Problem} problem */
function refuse(problem) {
  if (problem.status === NOT_NOW) waitFor(problem);
  else end(problem.detail);
}

/** @param {string} detail */
function end(detail) {
  values.feed.stop();
  showGone(detail, { id, name });
}

/** Ask for values by what the server knew of the layout when it made the page: its row comes later. */
function begin() {
  const { layout } = document.body.dataset;
  if (!layout) return;
  /** @type {import("./page/types.js").Facts} */
  const facts = { name, ...JSON.parse(layout) };
  if (!told) values.change(remembered.find(facts) ?? {});
  values.adopt(facts);
}

showBeside(asked);
listenForKeys(valuesKeys(() => values));
connection.subscribe(
  { topic: "array", array: id },
  { frame: show, waiting: waitFor, gone: end, error: refuse },
);
begin();
if (document.body.dataset.remote !== undefined) {
  const [host = ""] = id.split("/");
  insist(() => import("./fleet/remote.js")).then(({ watchHost }) =>
    watchHost(connection, decodeURIComponent(host)),
  );
}
connection.start();
