import assert from "node:assert/strict";
import { test } from "node:test";
import {
  RETRY_EVERY_MS,
  RETRY_WINDOW_MS,
  Session,
  SILENCE_MS,
} from "../../static/js/stream/protocol.js";

const HELLO = { head: { type: "hello", protocol: 1 }, body: { server: "one" } };
const VALUES = { topic: "values", array: "box/1-2/heat", rate_hz: 10 };

/** @param {import("../../static/js/stream/actions.js").Action[]} actions */
function sent(actions) {
  return actions.flatMap((action) =>
    action.do === "send" ? [/** @type {any} */ (action.message)] : [],
  );
}

/** @param {import("../../static/js/stream/actions.js").Request} request */
function opened(request = VALUES) {
  const session = new Session();
  const { id } = session.subscribe(request);
  session.received(HELLO, 0);
  return { session, id };
}

/**
 * @param {number} id
 * @param {number} seq
 */
function frame(id, seq) {
  return { head: { type: "frame", id, seq }, body: {} };
}

test("a subscription made before the connection is asked for after hello", () => {
  const session = new Session();
  const { id, actions } = session.subscribe(VALUES);
  assert.deepEqual(actions, []);
  assert.deepEqual(sent(session.received(HELLO, 0)), [{ type: "subscribe", id, ...VALUES }]);
});

test("a subscription made while connected is asked for at once", () => {
  const { session } = opened();
  const { id, actions } = session.subscribe({ topic: "overview" });
  assert.deepEqual(sent(actions), [{ type: "subscribe", id, topic: "overview" }]);
});

test("a drawn frame is acknowledged together with those it replaced", () => {
  const { session, id } = opened();
  session.received(frame(id, 4), 0);
  session.received(frame(id, 5), 0);
  const expected = [4, 5].map((seq) => ({ type: "ack", id, seq }));
  assert.deepEqual(sent(session.drawn(id, 1)), expected);
  assert.deepEqual(session.drawn(id, 2), []);
});

test("no frame is acknowledged before it is drawn", () => {
  const { session, id } = opened();
  assert.deepEqual(sent(session.received(frame(id, 1), 0)), []);
});

test("a frame of the connection before is not acknowledged on the next", () => {
  const { session, id } = opened();
  session.received(frame(id, 1), 0);
  session.closed();
  session.received(HELLO, 10);
  assert.deepEqual(session.drawn(id, 11), []);
});

test("everything is asked for again on the next connection, as last updated", () => {
  const { session, id } = opened();
  session.update(id, { rate_hz: 30 });
  session.closed();
  assert.deepEqual(sent(session.received(HELLO, 10)), [
    { type: "subscribe", id, ...VALUES, rate_hz: 30 },
  ]);
});

test("an update carries only what changes", () => {
  const { session, id } = opened();
  assert.deepEqual(sent(session.update(id, { rate_hz: 30 })), [
    { type: "update", id, rate_hz: 30 },
  ]);
});

test("an unsubscribed frame still under way is acknowledged and not delivered", () => {
  const { session, id } = opened();
  assert.deepEqual(sent(session.unsubscribe(id)), [{ type: "unsubscribe", id }]);
  assert.deepEqual(session.received(frame(id, 3), 0), [
    { do: "send", message: { type: "ack", id, seq: 3 } },
  ]);
});

test("an array unknown just after hello is asked for again until it is there", () => {
  const { session, id } = opened();
  const missing = { head: { type: "error", id }, body: { status: 404, title: "", detail: "" } };
  const [action] = session.received(missing, 10);
  assert.equal(action?.do === "deliver" && action.event.type, "waiting");
  assert.deepEqual(session.tick(10 + RETRY_EVERY_MS - 1), []);
  assert.deepEqual(sent(session.tick(10 + RETRY_EVERY_MS)), [{ type: "subscribe", id, ...VALUES }]);
});

test("an array unknown long after hello is an error, and not asked for again", () => {
  const { session, id } = opened();
  const missing = { head: { type: "error", id }, body: { status: 404, title: "", detail: "" } };
  const [action] = session.received(missing, RETRY_WINDOW_MS);
  assert.equal(action?.do === "deliver" && action.event.type, "error");
  session.closed();
  assert.deepEqual(sent(session.received(HELLO, RETRY_WINDOW_MS + 1)), []);
});

test("an invalid selection is an error at once", () => {
  const { session, id } = opened();
  const invalid = { head: { type: "error", id }, body: { status: 422, title: "", detail: "no" } };
  const [action] = session.received(invalid, 1);
  assert.equal(action?.do === "deliver" && action.event.type, "error");
});

test("an error to an update leaves the subscription in the table", () => {
  const { session, id } = opened();
  session.received(frame(id, 1), 0);
  session.received(
    { head: { type: "error", id }, body: { status: 422, title: "", detail: "" } },
    1,
  );
  assert.equal(session.received(frame(id, 2), 2).length, 1);
});

test("gone ends a subscription", () => {
  const { session, id } = opened();
  const actions = session.received({ head: { type: "gone", id }, body: { detail: "left" } }, 1);
  assert.deepEqual(actions, [{ do: "deliver", id, event: { type: "gone", detail: "left" } }]);
  session.closed();
  assert.deepEqual(sent(session.received(HELLO, 2)), []);
});

test("another protocol is complained of and nothing is asked for", () => {
  const session = new Session();
  session.subscribe(VALUES);
  const [action] = session.received({ head: { type: "hello", protocol: 2 }, body: {} }, 0);
  assert.equal(action?.do, "complain");
  assert.equal(session.open, false);
});

test("silence of a steady topic drops the connection", () => {
  const { session, id } = opened({ topic: "overview" });
  session.received(frame(id, 1), 0);
  session.drawn(id, 5);
  assert.deepEqual(session.tick(SILENCE_MS), []);
  assert.deepEqual(session.tick(SILENCE_MS + 5), [{ do: "drop" }]);
});

test("a hidden page, which draws nothing, does not take the server's silence for its death", () => {
  const { session, id } = opened({ topic: "overview" });
  session.received(frame(id, 1), 0);
  assert.deepEqual(session.tick(100 * SILENCE_MS), []);
});

test("messages of unknown types and ids are passed over", () => {
  const { session, id } = opened();
  assert.deepEqual(session.received({ head: { type: "novelty", id }, body: {} }, 0), []);
  assert.deepEqual(session.received({ head: { type: "schema", id: 99 }, body: {} }, 0), []);
});

test("what cannot be had just now is waited for, and not asked for again", () => {
  const { session, id } = opened();
  const problem = { title: "Service Unavailable", detail: "no", status: 503 };
  const told = session.received({ head: { type: "error", id }, body: problem }, 0);
  assert.deepEqual(told, [{ do: "deliver", id, event: { type: "waiting", problem } }]);
  assert.deepEqual(session.tick(RETRY_EVERY_MS), []);
  const [shown] = session.received(frame(id, 1), 1);
  assert.equal(shown?.do, "deliver");
});
