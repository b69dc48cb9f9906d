/** A server's end of the wire and the time, both moved by hand. */

/** @typedef {import("../../static/js/stream/types.js").Message} Message */

export class FakeSocket {
  binaryType = "";
  /** @type {((event: {code: number, reason: string}) => void) | null} */
  onclose = null;
  /** @type {((event: {data: any}) => void) | null} */
  onmessage = null;
  closed = false;
  /** @type {any[]} */
  sent = [];

  /** @param {string} data */
  send(data) {
    this.sent.push(JSON.parse(data));
  }

  close() {
    this.closed = true;
  }

  /**
   * @param {Record<string, unknown>} head
   * @param {unknown} [body]
   */
  receive(head, body = {}) {
    this.onmessage?.({ data: { head, body } });
  }

  hello() {
    this.receive({ type: "hello", protocol: 1 }, { server: "one", host: "box" });
  }

  break(code = 1006, reason = "") {
    this.onclose?.({ code, reason });
  }
}

export class FakeBrowser {
  /** @type {FakeSocket[]} */
  sockets = [];
  /** @type {{at_ms: number, action: () => void}[]} */
  timers = [];
  /** @type {(() => void)[]} */
  frames = [];
  /** @type {unknown[]} */
  complaints = [];
  time_ms = 0;
  /** Whether the page is made ready before anybody looks at it. */
  hidden = false;
  /** What waits until somebody does. @type {(() => void)[]} */
  shown = [];

  get socket() {
    return /** @type {FakeSocket} */ (this.sockets.at(-1));
  }

  /** @returns {import("../../static/js/stream/browser.js").Environment} */
  environment() {
    return {
      makeSocket: () => {
        this.sockets.push(new FakeSocket());
        return this.socket;
      },
      onShown: (action) => (this.hidden ? void this.shown.push(action) : action()),
      decode: (data) => /** @type {any} */ (data),
      now_ms: () => this.time_ms,
      after: (action, delay_ms) =>
        void this.timers.push({ at_ms: this.time_ms + delay_ms, action }),
      onNextFrame: (action) => void this.frames.push(action),
      random: () => 0,
      complain: (problem) => void this.complaints.push(problem),
    };
  }

  /** Let an animation frame pass. */
  draw() {
    for (const action of this.frames.splice(0)) action();
  }

  /** @param {number} ms */
  pass(ms) {
    const end_ms = this.time_ms + ms;
    for (;;) {
      this.timers.sort((a, b) => a.at_ms - b.at_ms);
      const next = this.timers[0];
      if (!next || next.at_ms > end_ms) break;
      this.timers.shift();
      this.time_ms = next.at_ms;
      next.action();
    }
    this.time_ms = end_ms;
  }
}
