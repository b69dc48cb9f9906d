/** What stands beside and below the values of an array: it is fetched when they are drawn. */

import { EventList } from "../health/event_list.js";
import { HealthPanel } from "../health/health_panel.js";
import { LayoutPanel } from "../layout/panel.js";
import { need } from "../page/element.js";
import { WatchPanel } from "../traces/watch_panel.js";
import { showProcesses } from "./processes_panel.js";
import { showStatistics } from "./statistics_panel.js";
import { showWriters } from "./writers_panel.js";

/** @typedef {import("../page/types.js").ArrayBody} ArrayBody */

export class SidePanels {
  /**
   * @param {import("../values/array_api.js").ArrayApi} api
   * @param {import("../layout/types.js").Layout | null} layout asked for by the page's address
   * @param {import("../layout/panel.js").Listener} listener
   */
  constructor(api, layout, listener) {
    this.layout = new LayoutPanel(api, layout, listener);
    this.traces = new WatchPanel(api);
    this.health = new HealthPanel(need("#verdicts"), "Every check of this array passes.");
    this.events = new EventList(need("#events"), { named: false });
  }

  /** @param {ArrayBody} body */
  update(body) {
    const { row, statistics, host, processes } = body;
    this.layout.update(row);
    this.health.update(row.health);
    this.#showEvents(body);
    showWriters(row);
    showProcesses(processes, row, host);
    showStatistics(statistics);
    this.traces.update(body);
  }

  /** @param {ArrayBody} body */
  #showEvents({ events: found, host }) {
    this.events.update(found, found, host.server_unix_s);
    need("#events").hidden = found.length === 0;
    need("#no-events").hidden = found.length > 0;
  }
}
