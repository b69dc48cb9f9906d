import assert from "node:assert/strict";
import { test } from "node:test";
import { ValuesFeed } from "../../static/js/values_feed.js";

function feeding() {
  /** @type {any[]} */
  const made = [];
  /** @type {any} */
  const connection = {
    /**
     * @param {any} request
     * @param {any} listener
     */
    subscribe(request, listener) {
      const own = { request, listener, closed: false, updates: /** @type {any[]} */ ([]) };
      made.push(own);
      return {
        id: made.length,
        update: (/** @type {any} */ fields) => own.updates.push(fields),
        close: () => {
          own.closed = true;
        },
      };
    },
  };
  /** @type {any[]} */
  const seen = [];
  const feed = new ValuesFeed(connection, "a", {
    schema: () => seen.push("schema"),
    frame: () => seen.push("frame"),
    error: ({ detail }) => seen.push(detail),
    gone: () => seen.push("gone"),
  });
  return { feed, made, seen };
}

const WISH = { select: "...", rate_hz: 10, paused: false };

/** @param {any} own */
function answer(own) {
  own.listener.schema({});
  own.listener.frame({}, {});
}

test("another selection is asked for beside the present one, which ends when it is accepted", () => {
  const { feed, made } = feeding();
  feed.want(WISH);
  answer(made[0]);
  feed.want({ ...WISH, select: "3" });
  assert.equal(made[0].closed, false);
  answer(made[1]);
  assert.equal(made[0].closed, true);
});

test("an invalid selection leaves the present one running", () => {
  const { feed, made, seen } = feeding();
  feed.want(WISH);
  answer(made[0]);
  feed.want({ ...WISH, select: "x" });
  made[1].listener.error({ detail: "not a selection" });
  made[0].listener.frame({}, {});
  assert.deepEqual(seen, ["schema", "frame", "not a selection", "frame"]);
  assert.equal(made[0].closed, false);
});

test("another rate is an update", () => {
  const { feed, made } = feeding();
  feed.want(WISH);
  feed.want({ ...WISH, rate_hz: 60 });
  assert.deepEqual(made[0].updates, [{ rate_hz: 60 }]);
  assert.equal(made.length, 1);
});

test("pausing ends the subscription, resuming asks for it again", () => {
  const { feed, made } = feeding();
  feed.want(WISH);
  answer(made[0]);
  feed.want({ ...WISH, paused: true });
  assert.equal(made[0].closed, true);
  feed.want(WISH);
  assert.equal(made.length, 2);
});

test("a page loaded paused shows one frame and stops", () => {
  const { feed, made } = feeding();
  feed.want({ ...WISH, paused: true });
  assert.equal(made[0].closed, false);
  answer(made[0]);
  assert.equal(made[0].closed, true);
});

test("a selection changed while paused shows one frame of it", () => {
  const { feed, made } = feeding();
  feed.want({ ...WISH, paused: true });
  answer(made[0]);
  feed.want({ ...WISH, paused: true, select: "1" });
  answer(made[1]);
  assert.equal(made[1].closed, true);
});
