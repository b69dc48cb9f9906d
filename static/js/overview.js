/** The overview page. */
import { browserEnvironment } from "./browser.js";
import { Connection } from "./connection.js";
import { need, setText } from "./element.js";
import { levelMark } from "./icons.js";
import { listenForKeys } from "./key_listener.js";
import { LevelButtons } from "./level_buttons.js";
import { watchConnection } from "./link_lamp.js";
import { countSystem, filterRows, rowsInScope, toggleWord } from "./overview_filter.js";
import { overviewKeys } from "./overview_keys.js";
import { DESCENDING_FIRST, summarise, worstOf } from "./overview_model.js";
import { showAbsence, showNotes } from "./overview_notes.js";
import { OverviewTable } from "./overview_table.js";
import { formatOverviewState, parseOverviewState } from "./page_state.js";
import { showHost } from "./status_bar.js";
import { TogetherChoice } from "./together_choice.js";

/** @typedef {import("./types.js").OverviewBody} OverviewBody */

const state = parseOverviewState(location.search);
const table = new OverviewTable(need("#arrays"));
const choice = new TogetherChoice(need("#arrays"));
const filterBox = /** @type {HTMLInputElement} */ (need("#filter"));
const levels = new LevelButtons(need("#levels"), (word) =>
  setFilter(toggleWord(state.filter, word)),
);
/** @type {NodeListOf<HTMLInputElement>} */
const scopeInputs = document.querySelectorAll("#scope input");
/** @type {OverviewBody | null} */
let newest = null;

function draw() {
  if (!newest) return;
  const { arrays, host } = newest;
  const { everything, filter } = state;
  const inScope = rowsInScope(arrays, everything);
  const shown = table.update(arrays, state);
  choice.update(arrays);
  setText(need("#summary"), summarise(inScope));
  levels.update(inScope, state.filter);
  showWorst(inScope);
  showNotes(host, countSystem(arrays), everything);
  const elsewhere = shown > 0 ? 0 : filterRows(arrays, filter).length;
  showAbsence({ all: arrays.length, inScope: inScope.length, shown, elsewhere });
}

/** @param {import("./types.js").Row[]} arrays */
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
connection.start();
