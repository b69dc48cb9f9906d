/** The overview page. */

import { countLevels } from "./health/health.js";
import { LevelButtons } from "./health/level_buttons.js";
import { listenForKeys } from "./keys/key_listener.js";
import { countSystem, filterRows, rowsInScope, toggleWord } from "./overview/filter.js";
import { overviewKeys } from "./overview/keys.js";
import { DESCENDING_FIRST, summarise, worstOf } from "./overview/model.js";
import { showAbsence, showNotes } from "./overview/notes.js";
import { OverviewTable } from "./overview/table.js";
import { TogetherChoice } from "./overview/together_choice.js";
import { need, setText } from "./page/element.js";
import { levelMark } from "./page/icons.js";
import { insist } from "./page/later.js";
import { showHost } from "./page/status_bar.js";
import { browserEnvironment } from "./stream/browser.js";
import { Connection } from "./stream/connection.js";
import { watchConnection } from "./stream/link_lamp.js";
import { formatOverviewState, parseOverviewState } from "./values/page_state.js";

/** @typedef {import("./page/types.js").OverviewBody} OverviewBody */

const state = parseOverviewState(location.search);
const fleet = document.body.dataset.hub === undefined ? null : await fetchFleet();
const table = fleet ? null : new OverviewTable(need("#arrays"));
const choice = new TogetherChoice(need("#arrays"));
const filterBox = /** @type {HTMLInputElement} */ (need("#filter"));
const levels = new LevelButtons(need("#levels"), (word) =>
  setFilter(toggleWord(state.filter, word)),
);
/** @type {NodeListOf<HTMLInputElement>} */
const scopeInputs = document.querySelectorAll("#scope input");
/** @type {OverviewBody | null} */
let newest = null;

/** The part of the page that only a hub needs. */
async function fetchFleet() {
  const { FleetView } = await insist(() => import("./fleet/view.js"));
  return new FleetView(need("#arrays"), draw);
}

function draw() {
  if (!newest) return;
  if (fleet) drawFleet(fleet, newest);
  else drawHost(newest);
}

/** @param {OverviewBody} body */
function drawHost({ arrays, host }) {
  const { everything, filter } = state;
  const inScope = rowsInScope(arrays, everything);
  const shown = table?.update(arrays, state) ?? 0;
  choice.update(arrays);
  setText(need("#summary"), summarise(inScope));
  levels.update(countLevels(inScope), state.filter);
  showWorst(inScope);
  showNotes(host, countSystem(arrays), everything);
  const elsewhere = shown > 0 ? 0 : filterRows(arrays, filter).length;
  showAbsence({ all: arrays.length, inScope: inScope.length, shown, elsewhere });
}

/**
 * @param {import("./fleet/view.js").FleetView} hosts
 * @param {OverviewBody} body
 */
function drawFleet(hosts, body) {
  const arrays = hosts.arrays(body);
  const counts = hosts.draw(body, state);
  choice.update(arrays);
  setText(need("#summary"), hosts.summary(body));
  levels.update(hosts.levels(body), state.filter);
  showWorst(rowsInScope(hosts.fresh(arrays), state.everything));
  showNotes(body.host, countSystem(arrays), state.everything);
  showAbsence(counts);
}

/** @param {import("./page/types.js").Row[]} arrays */
function showWorst(arrays) {
  const worst = worstOf(arrays);
  const line = need("#worst");
  line.hidden = worst === null;
  if (!worst) return;
  const link = /** @type {HTMLAnchorElement} */ (need("a", line));
  link.href = `/arrays/${worst.row.id}`;
  setText(link, worst.row.name);
  setText(need("#worst-sentence"), worst.sentence);
  const slot = need("#worst-level");
  if (slot.dataset.level === worst.row.health.level) return;
  slot.dataset.level = worst.row.health.level;
  slot.replaceChildren(levelMark(worst.row.health.level));
}

function changed() {
  history.replaceState(null, "", `${location.pathname}${formatOverviewState(state)}`);
  draw();
}

/** @param {string} filter */
function setFilter(filter) {
  filterBox.value = state.filter = filter;
  changed();
}

/** @param {string} column */
function sortBy(column) {
  const again = state.sort === column;
  state.descending = again ? !state.descending : DESCENDING_FIRST.has(column);
  state.sort = column;
  changed();
}

function listen() {
  filterBox.value = state.filter;
  filterBox.addEventListener("input", () => {
    state.filter = filterBox.value.trim();
    changed();
  });
  for (const input of scopeInputs) {
    input.checked = (input.value === "all") === state.everything;
    input.addEventListener("change", () => {
      state.everything = input.value === "all";
      changed();
    });
  }
  for (const heading of document.querySelectorAll("th[data-column]")) {
    const column = heading.getAttribute("data-column") ?? "name";
    need("button", heading).addEventListener("click", () => sortBy(column));
  }
}

listen();
listenForKeys(overviewKeys(need("#arrays")));
const connection = new Connection(browserEnvironment());
watchConnection(connection);
connection.subscribe(
  { topic: "overview" },
  {
    frame(body) {
      newest = body;
      showHost(body.host);
      draw();
    },
  },
);
fleet?.start(connection);
connection.start();
