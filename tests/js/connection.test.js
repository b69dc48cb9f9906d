import assert from "node:assert/strict";
import { test } from "node:test";
import { LONGEST_DELAY_MS, reconnectDelay_ms } from "../../static/js/stream/backoff.js";
import {
  Connection,
  HELLO_WITHIN_MS,
  REFUSED,
  TRY_LATER,
} from "../../static/js/stream/connection.js";
import { FakeBrowser } from "./fake_socket.js";

function started() {
  const browser = new FakeBrowser();
  const connection = new Connection(browser.environment());
  /** @type {string[]} */
  const states = [];
  connection.onState((state) => states.push(state));
  /** @type {any[]} */
  const seen = [];
  const subscription = connection.subscribe(
    { topic: "values", array: "a" },
    {
      schema: (schema) => seen.push(["schema", schema]),
      frame: (body, head) => seen.push(["frame", body, head.seq]),
      gone: (detail) => seen.push(["gone", detail]),
      error: (problem) => seen.push(["error", problem.detail]),
    },
  );
  connection.start();
  return { browser, connection, states, seen, subscription };
}

/** @param {ReturnType<typeof started>} page whose first frame is drawn by now */
function drawnOnce({ browser, seen }) {
  browser.socket.hello();
  browser.socket.receive({ type: "schema", id: 1 }, "s");
  browser.socket.receive({ type: "frame", id: 1, seq: 1 }, "first");
  return seen.splice(0);
}

test("what was just asked for is drawn at once", () => {
  assert.deepEqual(drawnOnce(started()), [
    ["schema", "s"],
    ["frame", "first", 1],
  ]);
});

test("frames are drawn in an animation frame, the newest only, and all acknowledged", () => {
  const page = started();
  const { browser, seen } = page;
  drawnOnce(page);
  browser.socket.receive({ type: "frame", id: 1, seq: 2 }, "old");
  browser.socket.receive({ type: "frame", id: 1, seq: 3 }, "new");
  assert.deepEqual(seen, []);
  browser.draw();
  assert.deepEqual(seen, [["frame", "new", 3]]);
  const acks = browser.socket.sent.filter(({ type }) => type === "ack").map(({ seq }) => seq);
  assert.deepEqual(acks, [1, 2, 3]);
});

test("a frame from before a new schema is not drawn with it", () => {
  const page = started();
  const { browser, seen } = page;
  drawnOnce(page);
  browser.socket.receive({ type: "frame", id: 1, seq: 2 }, "old");
  browser.socket.receive({ type: "schema", id: 1 }, "new schema");
  browser.draw();
  assert.deepEqual(seen, [["schema", "new schema"]]);
});

test("a drawing that fails is reported, and the frame acknowledged all the same", () => {
  const { browser, connection } = started();
  const fail = () => {
    throw new Error("cannot draw");
  };
  connection.subscribe({ topic: "overview" }, { frame: fail });
  browser.socket.hello();
  browser.socket.receive({ type: "frame", id: 2, seq: 1 });
  browser.draw();
  assert.equal(browser.complaints.length, 1);
  assert.equal(browser.socket.sent.at(-1).type, "ack");
});

test("a lost connection comes back and asks for everything again", () => {
  const { browser, states } = started();
  browser.socket.hello();
  browser.socket.break();
  browser.pass(250);
  assert.equal(browser.sockets.length, 2);
  browser.socket.hello();
  assert.deepEqual(states, ["connecting", "open", "lost", "open"]);
  assert.deepEqual(browser.socket.sent, [
    { type: "subscribe", id: 1, topic: "values", array: "a" },
  ]);
});

test("a frame that arrived before the loss is drawn and not acknowledged to the next server", () => {
  const { browser, seen } = started();
  browser.socket.hello();
  browser.socket.receive({ type: "frame", id: 1, seq: 7 }, "last");
  browser.socket.break();
  browser.pass(250);
  browser.socket.hello();
  browser.draw();
  assert.deepEqual(seen, [["frame", "last", 7]]);
  assert.deepEqual(
    browser.socket.sent.map(({ type }) => type),
    ["subscribe"],
  );
});

test("a server that has no room says why, until it has", () => {
  const { browser, connection, states } = started();
  browser.socket.break(TRY_LATER, "there would be 3 clients; there may be 2");
  assert.equal(connection.refusal, "there would be 3 clients; there may be 2");
  browser.pass(250);
  browser.socket.hello();
  assert.equal(states.at(-1), "open");
  browser.socket.break(1006, "whatever");
  assert.equal(connection.refusal, "");
});

test("a server that knows the page no more asks for its link", () => {
  const { browser, connection } = started();
  browser.socket.break(REFUSED, "no token came within 5 s");
  assert.match(connection.refusal, /open the link that it printed/);
});

test("a server that never says hello is given up", () => {
  const { browser } = started();
  browser.pass(HELLO_WITHIN_MS + 1000);
  assert.equal(browser.sockets[0]?.closed, true);
  assert.ok(browser.sockets.length > 1);
});

test("a message that cannot be decoded drops the connection with a complaint", () => {
  const { browser, states } = started();
  browser.socket.onmessage?.({ data: null });
  assert.equal(browser.complaints.length, 1);
  assert.equal(states.at(-1), "lost");
});

test("a closed subscription hears nothing more", () => {
  const page = started();
  const { browser, seen, subscription } = page;
  drawnOnce(page);
  browser.socket.receive({ type: "frame", id: 1, seq: 2 }, "x");
  subscription.close();
  browser.draw();
  assert.deepEqual(seen, []);
});

test("gone and errors arrive without waiting for an animation frame", () => {
  const { browser, seen } = started();
  browser.socket.hello();
  browser.socket.receive({ type: "gone", id: 1 }, { detail: "left" });
  assert.deepEqual(seen, [["gone", "left"]]);
});

test("delays double from a quarter of a second to three seconds, spread by half", () => {
  const delays = [0, 1, 2, 3, 4, 50].map((attempt) => reconnectDelay_ms(attempt, 0));
  assert.deepEqual(delays, [250, 500, 1000, 2000, LONGEST_DELAY_MS, LONGEST_DELAY_MS]);
  assert.equal(reconnectDelay_ms(0, 1), 125);
});

test("while nobody looks nothing is connected, and as soon as somebody does all is asked for", () => {
  const browser = new FakeBrowser();
  browser.hidden = true;
  const connection = new Connection(browser.environment());
  connection.subscribe({ topic: "values", array: "a" }, { frame: () => {} });
  connection.start();
  browser.pass(60_000);
  assert.deepEqual(browser.sockets, []);
  for (const action of browser.shown) action();
  browser.socket.hello();
  assert.deepEqual(
    browser.socket.sent.map(({ type, topic }) => [type, topic]),
    [["subscribe", "values"]],
  );
});
