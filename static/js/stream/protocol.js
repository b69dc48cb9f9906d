/**
 * One page's side of the stream: messages in, actions out. No socket, no clock, no page.
 *
 * Every method takes the time it needs as an argument and returns what has to be done, in order:
 * send a message, deliver an event to a subscription, greet a server, complain, or drop the
 * connection.
 *
 * @typedef {import("./types.js").Message} Message
 * @typedef {import("./types.js").Head} Head
 * @typedef {import("./actions.js").Request} Request
 * @typedef {import("./actions.js").Event} Event
 * @typedef {import("./actions.js").Action} Action
 * @typedef {{id: number, request: Request, state: "idle" | "asked" | "live" | "waiting",
 *   retryAt_ms: number, undrawn: number[]}} Subscription
 */

import { deliver, lateFrame, otherProtocol, send } from "./actions.js";

export const PROTOCOL = 1;
/** After a (new) server said hello, an array may be unknown to it for a moment. */
export const RETRY_WINDOW_MS = 8000;
export const RETRY_EVERY_MS = 500;
/** The server sends twice a second; silence as long as this means that the connection is dead. */
export const SILENCE_MS = 8000;

/** What cannot be read now: the server keeps the subscription, and goes on when it is mended. */
export const NOT_NOW = 503;

const STEADY_TOPICS = new Set(["overview", "host", "fleet", "array"]);

export class Session {
  /** @type {Map<number, Subscription>} */
  #table = new Map();
  #nextId = 1;
  /** @type {number | null} */
  #greetedAt_ms = null;
  #heardAt_ms = 0;

  get open() {
    return this.#greetedAt_ms !== null;
  }

  /**
   * Enter a subscription in the table; it is asked for at once, or when a server says hello.
   *
   * @param {Request} request
   * @returns {{id: number, actions: Action[]}}
   */
  subscribe(request) {
    const id = this.#nextId++;
    /** @type {Subscription} */
    const subscription = { id, request, state: "idle", retryAt_ms: 0, undrawn: [] };
    this.#table.set(id, subscription);
    return { id, actions: this.open ? [this.#ask(subscription)] : [] };
  }

  /**
   * @param {number} id
   * @param {Partial<Request>} fields
   * @returns {Action[]}
   */
  update(id, fields) {
    const subscription = this.#table.get(id);
    if (!subscription) return [];
    subscription.request = { ...subscription.request, ...fields };
    const known = subscription.state === "asked" || subscription.state === "live";
    return this.open && known ? [send({ type: "update", id, ...fields })] : [];
  }

  /**
   * @param {number} id
   * @returns {Action[]}
   */
  unsubscribe(id) {
    const subscription = this.#table.get(id);
    this.#table.delete(id);
    const known = subscription?.state === "asked" || subscription?.state === "live";
    return this.open && known ? [send({ type: "unsubscribe", id })] : [];
  }

  /**
   * The frame of this subscription has been drawn: acknowledge it and those it replaced.
   *
   * @param {number} id
   * @param {number} now_ms
   * @returns {Action[]}
   */
  drawn(id, now_ms) {
    const subscription = this.#table.get(id);
    if (!subscription || !this.open) return [];
    this.#heardAt_ms = now_ms;
    return subscription.undrawn.splice(0).map((seq) => send({ type: "ack", id, seq }));
  }

  /**
   * @param {Message} message
   * @param {number} now_ms
   * @returns {Action[]}
   */
  received({ head, body }, now_ms) {
    this.#heardAt_ms = now_ms;
    if (head.type === "hello") return this.#greeted(head, body, now_ms);
    if (typeof head.id !== "number") {
      return head.type === "error" ? [{ do: "complain", problem: body }] : [];
    }
    const subscription = this.#table.get(head.id);
    if (!subscription) return lateFrame(head);
    if (head.type === "error") return this.#refused(subscription, body, now_ms);
    if (head.type === "gone")
      return this.#ended(subscription, { type: "gone", detail: body.detail });
    if (head.type !== "frame" && head.type !== "schema") return [];
    subscription.state = "live";
    if (head.type === "frame") subscription.undrawn.push(head.seq ?? 0);
    return [deliver(subscription, { type: head.type, head, body })];
  }

  /** The connection is over: everything stays in the table, to be asked for again. */
  closed() {
    this.#greetedAt_ms = null;
    for (const subscription of this.#table.values()) {
      subscription.state = "idle";
      subscription.undrawn.length = 0;
    }
  }

  /**
   * Do what has become due: ask again for what was unknown, drop a connection that fell silent.
   *
   * @param {number} now_ms
   * @returns {Action[]}
   */
  tick(now_ms) {
    if (!this.open) return [];
    if (this.#silent(now_ms)) return [{ do: "drop" }];
    const due = [...this.#table.values()].filter(
      ({ state, retryAt_ms }) => state === "waiting" && retryAt_ms <= now_ms,
    );
    return due.map((subscription) => this.#ask(subscription));
  }

  /** @param {number} now_ms */
  #silent(now_ms) {
    if (now_ms - this.#heardAt_ms < SILENCE_MS) return false;
    const all = [...this.#table.values()];
    // An undrawn frame means that this page is the slow side: a hidden tab draws nothing.
    if (all.some(({ undrawn }) => undrawn.length > 0)) return false;
    return all.some(
      ({ state, request }) => state !== "waiting" && STEADY_TOPICS.has(request.topic),
    );
  }

  /**
   * @param {Subscription} subscription
   * @returns {Action}
   */
  #ask(subscription) {
    subscription.state = "asked";
    return send({ type: "subscribe", id: subscription.id, ...subscription.request });
  }

  /**
   * @param {Head} head
   * @param {any} body
   * @param {number} now_ms
   * @returns {Action[]}
   */
  #greeted(head, body, now_ms) {
    if (head.protocol !== PROTOCOL)
      return [{ do: "complain", problem: otherProtocol(head, PROTOCOL) }];
    this.#greetedAt_ms = now_ms;
    const asked = [...this.#table.values()].map((subscription) => this.#ask(subscription));
    return [{ do: "greet", body }, ...asked];
  }

  /**
   * @param {Subscription} subscription
   * @param {Event} event
   * @returns {Action[]}
   */
  #ended(subscription, event) {
    this.#table.delete(subscription.id);
    return [deliver(subscription, event)];
  }

  /**
   * @param {Subscription} subscription
   * @param {import("./types.js").Problem} problem
   * @param {number} now_ms
   * @returns {Action[]}
   */
  #refused(subscription, problem, now_ms) {
    if (subscription.state === "live") return [deliver(subscription, { type: "error", problem })];
    if (problem.status === NOT_NOW) return [deliver(subscription, { type: "waiting", problem })];
    const young = now_ms - (this.#greetedAt_ms ?? 0) < RETRY_WINDOW_MS;
    if (problem.status !== 404 || !young)
      return this.#ended(subscription, { type: "error", problem });
    subscription.state = "waiting";
    subscription.retryAt_ms = now_ms + RETRY_EVERY_MS;
    return [deliver(subscription, { type: "waiting", problem })];
  }
}
