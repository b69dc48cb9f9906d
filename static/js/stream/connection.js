/**
 * Drive a session over a WebSocket: connect, come back after a loss, draw once per animation frame,
 * and what was just asked for at once.
 *
 * @typedef {import("./types.js").Head} Head
 * @typedef {import("./types.js").Message} Message
 * @typedef {import("./actions.js").Request} Request
 * @typedef {import("./actions.js").Action} Action
 * @typedef {import("./actions.js").Event} Event
 * @typedef {import("./types.js").Problem} Problem
 * @typedef {import("./browser.js").Environment} Environment
 * @typedef {import("./browser.js").Socket} Socket
 * @typedef {"connecting" | "open" | "lost"} State
 *
 * @typedef {object} Listener
 * @property {(schema: any) => void} [schema]
 * @property {(body: any, head: Head) => void} frame
 * @property {(detail: string) => void} [gone]
 * @property {(problem: Problem) => void} [error]
 * @property {(problem: Problem) => void} [waiting]
 *
 * @typedef {{id: number, update(fields: Partial<Request>): void, close(): void}} Subscription
 */
import { reconnectDelay_ms } from "./backoff.js";
import { Outbox } from "./outbox.js";
import { Session } from "./protocol.js";

export const TICK_MS = 250;
/** A connection that brings no hello in this time is given up. */
export const HELLO_WITHIN_MS = 7000; // a server that asks for a token says so after 5 s
/** With this code a server that has no room says why; RFC 6455's registry. */
export const TRY_LATER = 1013;
/** With this code a server ends the connection of a page that it knows no more. */
export const REFUSED = 1008;
const ASK_ANEW = "the server asks for its token anew: open the link that it printed";

export class Connection {
  #session = new Session();
  #outbox = new Outbox();
  /** @type {Map<number, Listener>} */
  #listeners = new Map();
  /** Of which nothing was drawn yet. @type {Set<number>} */
  #fresh = new Set();
  /** @type {((state: State, hello: any) => void)[]} */
  #watchers = [];
  /** @type {Socket | null} */
  #socket = null;
  #attempt = 0;
  #connectedAt_ms = 0;
  #drawing = false;

  /** @param {Environment} environment */
  constructor(environment) {
    this.environment = environment;
    /** @type {State} */
    this.state = "connecting";
    /** Why the server let this page in no more; empty where it did not say. */
    this.refusal = "";
  }

  /** Connect as soon as somebody looks. */
  start() {
    this.environment.onShown(() => {
      this.#connect();
      this.#tick();
    });
  }

  /** @param {(state: State, hello: any) => void} watcher */
  onState(watcher) {
    this.#watchers.push(watcher);
    watcher(this.state, null);
  }

  /**
   * @param {Request} request
   * @param {Listener} listener
   * @returns {Subscription}
   */
  subscribe(request, listener) {
    const { id, actions } = this.#session.subscribe(request);
    this.#listeners.set(id, listener);
    this.#fresh.add(id);
    this.#perform(actions);
    return {
      id,
      update: (fields) => this.#perform(this.#session.update(id, fields)),
      close: () => this.#unsubscribe(id),
    };
  }

  /** @param {number} id */
  #unsubscribe(id) {
    this.#listeners.delete(id);
    this.#fresh.delete(id);
    this.#outbox.discard(id);
    this.#perform(this.#session.unsubscribe(id));
  }

  #connect() {
    const socket = this.environment.makeSocket();
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => this.#received(data);
    socket.onclose = ({ code, reason }) => {
      this.#lost(code === TRY_LATER ? reason : code === REFUSED ? ASK_ANEW : "");
    };
    this.#socket = socket;
    this.#connectedAt_ms = this.environment.now_ms();
  }

  /** @param {string} [refusal] why the server let nobody in */
  #lost(refusal = "") {
    this.refusal = refusal;
    if (this.#socket) this.#socket.onclose = this.#socket.onmessage = null;
    this.#socket = null;
    this.#session.closed();
    this.#become("lost", null);
    const delay_ms = reconnectDelay_ms(this.#attempt++, this.environment.random());
    this.environment.after(() => this.#connect(), delay_ms);
  }

  /** Do not wait for the other side: a dead peer would never answer. */
  #drop() {
    const socket = this.#socket;
    this.#lost();
    socket?.close();
  }

  #tick() {
    const now_ms = this.environment.now_ms();
    const late = now_ms - this.#connectedAt_ms > HELLO_WITHIN_MS;
    if (this.#socket && !this.#session.open && late) this.#drop();
    this.#perform(this.#session.tick(now_ms));
    this.environment.after(() => this.#tick(), TICK_MS);
  }

  /** @param {ArrayBuffer} data */
  #received(data) {
    try {
      const message = this.environment.decode(data);
      this.#perform(this.#session.received(message, this.environment.now_ms()));
    } catch (error) {
      this.environment.complain(error);
      this.#drop();
    }
  }

  /** @param {Action[]} actions */
  #perform(actions) {
    for (const action of actions) {
      if (action.do === "send") this.#socket?.send(JSON.stringify(action.message));
      else if (action.do === "deliver") this.#deliver(action.id, action.event);
      else if (action.do === "greet") this.#greeted(action.body);
      else if (action.do === "complain") this.environment.complain(action.problem);
      else this.#drop();
    }
  }

  /** @param {any} hello */
  #greeted(hello) {
    this.#attempt = 0;
    this.#become("open", hello);
  }

  /**
   * @param {State} state
   * @param {any} hello
   */
  #become(state, hello) {
    this.state = state;
    for (const watcher of this.#watchers) watcher(state, hello);
  }

  /**
   * @param {number} id
   * @param {Event} event
   */
  #deliver(id, event) {
    const listener = this.#listeners.get(id);
    if ("head" in event) {
      this.#outbox.put(id, event.type, event.head, event.body);
      if (this.#fresh.has(id)) this.#drawAll();
      else this.#drawSoon();
    } else if (event.type === "gone") listener?.gone?.(event.detail);
    else if (event.type === "error") listener?.error?.(event.problem);
    else listener?.waiting?.(event.problem);
  }

  #drawSoon() {
    if (this.#drawing) return;
    this.#drawing = true;
    this.environment.onNextFrame(() => {
      this.#drawing = false;
      this.#drawAll();
    });
  }

  #drawAll() {
    for (const [id, parcel] of this.#outbox.take()) this.#draw(id, parcel);
  }

  /**
   * @param {number} id
   * @param {import("./outbox.js").Parcel} parcel
   */
  #draw(id, { schema, frame }) {
    const listener = this.#listeners.get(id);
    if (frame) this.#fresh.delete(id);
    try {
      if (schema) listener?.schema?.(schema);
      if (frame) listener?.frame(frame.body, frame.head);
    } catch (error) {
      this.environment.complain(error);
    }
    if (frame) this.#perform(this.#session.drawn(id, this.environment.now_ms()));
  }
}
