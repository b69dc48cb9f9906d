/** The page of the host: its shared memory, who fills it, and what changed when. */
import { browserEnvironment } from "./browser.js";
import { Connection } from "./connection.js";
import { need } from "./element.js";
import { EventTimeline } from "./event_timeline.js";
import { HealthPanel } from "./health_panel.js";
import { showHostTitle } from "./host_title.js";
import { listenForKeys } from "./key_listener.js";
import { watchConnection } from "./link_lamp.js";
import { LockTable } from "./lock_table.js";
import { formatHostState, parseHostState } from "./page_state.js";
import { RoomPanel } from "./room_panel.js";
import { SegmentTable } from "./segment_table.js";
import { showHost } from "./status_bar.js";

const health = new HealthPanel(need("#verdicts"), "Every check of the host passes.");
const room = new RoomPanel();
const segments = new SegmentTable();
const locks = new LockTable();
const timeline = new EventTimeline(parseHostState(location.search).about, (about) => {
  history.replaceState(null, "", `${location.pathname}${formatHostState({ about })}`);
});

/** @param {import("./health_types.js").HostBody} body */
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
connection.subscribe({ topic: "host" }, { frame: show });
connection.start();
