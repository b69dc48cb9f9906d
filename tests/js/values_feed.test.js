import assert from "node:assert/strict";
import { test } from "node:test";
import { ValuesFeed } from "../../static/js/values/feed.js";

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
    schema: (_, layout) => seen.push(layout ? "preview" : "schema"),
    frame: () => seen.push("frame"),
    error: ({ detail }) => seen.push(detail),
    gone: () => seen.push("gone"),
  });
  return { feed, made, seen };
}

/** @type {import("../../static/js/values/wish.js").Wish} */
const WISH = { view: { select: "..." }, layout: null, rate_hz: 10, paused: false };
const FLOATS = { dtype: "<f4", shape: "-1" };

/** @param {string} select */
function selecting(select) {
  return { ...WISH, view: { select } };
}

/** @param {import("../../static/js/layout/types.js").Layout} layout */
function previewing(layout) {
  return { ...WISH, view: { ...WISH.view, layout }, layout };
}

/** @param {any} own */
function answer(own) {
  own.listener.schema({});
  own.listener.frame({}, {});
}

test("another selection is asked for beside the present one, which ends when it is accepted", () => {
  const { feed, made } = feeding();
  feed.want(WISH);
  answer(made[0]);
  feed.want(selecting("3"));
  assert.equal(made[0].closed, false);
  answer(made[1]);
  assert.equal(made[0].closed, true);
});

test("an invalid selection leaves the present one running", () => {
  const { feed, made, seen } = feeding();
  feed.want(WISH);
  answer(made[0]);
  feed.want(selecting("x"));
  made[1].listener.error({ detail: "not a selection" });
  made[0].listener.frame({}, {});
  assert.deepEqual(seen, ["schema", "frame", "not a selection", "frame"]);
  assert.equal(made[0].closed, false);
});

test("another layout is asked for beside the array's own, which goes on if it cannot be", () => {
  const { feed, made, seen } = feeding();
  feed.want(WISH);
  answer(made[0]);
  feed.want(previewing({ dtype: "<f5" }));
  assert.deepEqual(made[1].request.layout, { dtype: "<f5" });
  made[1].listener.error({ detail: "no dtype", field: "dtype" });
  made[0].listener.frame({}, {});
  assert.deepEqual(seen, ["schema", "frame", "no dtype", "frame"]);
  assert.equal(made[0].closed, false);
});

test("an accepted layout takes the place of the one before, and says that it is a preview", () => {
  const { feed, made, seen } = feeding();
  feed.want(WISH);
  answer(made[0]);
  feed.want(previewing(FLOATS));
  answer(made[1]);
  assert.equal(made[0].closed, true);
  feed.want(WISH);
  answer(made[2]);
  assert.equal(made[1].closed, true);
  assert.equal("layout" in made[2].request, false);
  assert.deepEqual(seen, ["schema", "frame", "preview", "frame", "schema", "frame"]);
});

test("a layout that is typed on is asked for once more, and only the last is heard", () => {
  const { feed, made } = feeding();
  feed.want(WISH);
  answer(made[0]);
  feed.want(previewing({ dtype: "<f" }));
  feed.want(previewing({ dtype: "<f4" }));
  assert.deepEqual([made[0].closed, made[1].closed, made[2].closed], [false, true, false]);
});

test("the same layout, said anew, is not asked for again", () => {
  const { feed, made } = feeding();
  feed.want(previewing(FLOATS));
  feed.want(previewing({ ...FLOATS }));
  assert.equal(made.length, 1);
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
  feed.want({ ...selecting("1"), paused: true });
  answer(made[1]);
  assert.equal(made[1].closed, true);
});

test("a step shows one frame more of what is paused", () => {
  const { feed, made, seen } = feeding();
  feed.want({ ...WISH, paused: true });
  answer(made[0]);
  feed.again();
  assert.equal(made.length, 2);
  answer(made[1]);
  assert.equal(made[1].closed, true);
  assert.equal(seen.filter((what) => what === "frame").length, 2);
});

test("what was stopped goes on where it is resumed, but not while it is paused", () => {
  const { feed, made } = feeding();
  feed.resume();
  assert.equal(made.length, 0);
  feed.want(WISH);
  answer(made[0]);
  feed.resume();
  assert.equal(made.length, 1);
  feed.stop();
  feed.resume();
  assert.deepEqual(made[1].request, made[0].request);
  answer(made[1]);
  feed.want({ ...WISH, paused: true });
  feed.resume();
  assert.equal(made.length, 2);
});
