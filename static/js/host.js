/** The page of the host: its shared memory, who fills it, and what changed when. */

import { EventTimeline } from "./health/event_timeline.js";
import { HealthPanel } from "./health/health_panel.js";
import { LockTable } from "./host/lock_table.js";
import { RoomPanel } from "./host/room_panel.js";
import { SegmentTable } from "./host/segment_table.js";
import { showHostTitle } from "./host/title.js";
import { listenForKeys } from "./keys/key_listener.js";
import { need } from "./page/element.js";
import { insist } from "./page/later.js";
import { showHost } from "./page/status_bar.js";
import { browserEnvironment } from "./stream/browser.js";
import { Connection } from "./stream/connection.js";
import { watchConnection } from "./stream/link_lamp.js";
import { formatHostState, parseHostState } from "./values/page_state.js";

const health = new HealthPanel(need("#verdicts"), "Every check of the host passes.");
const room = new RoomPanel();
const segments = new SegmentTable();
const locks = new LockTable();
const timeline = new EventTimeline(parseHostState(location.search).about, (about) => {
  history.replaceState(null, "", `${location.pathname}${formatHostState({ about })}`);
});

/** @param {import("./health/health_types.js").HostBody} body */
function show(body) {
  showHost(body.host);
  showHostTitle(body);
  health.update(body.host.health);
  room.update(body);
  segments.update(body.segments);
  locks.update(body.locks);
  timeline.update(body.events, body.host.server_unix_s);
}

listenForKeys([]);
const connection = new Connection(browserEnvironment());
watchConnection(connection);
if (document.body.dataset.remote === undefined) {
  connection.subscribe({ topic: "host" }, { frame: show });
} else {
  const host = document.body.dataset.host ?? "";
  connection.subscribe({ topic: "host", host }, { frame: show });
  insist(() => import("./fleet/remote.js")).then(({ watchHost }) =>
    watchHost(connection, host, { whole: true }),
  );
}
connection.start();
