/**
 * @typedef {object} Socket
 * @property {string} binaryType
 * @property {((event: {code: number, reason: string}) => void) | null} onclose
 * @property {((event: {data: any}) => void) | null} onmessage
 * @property {(data: string) => void} send
 * @property {() => void} close
 *
 * What a browser has and a test brings along.
 * @typedef {object} Environment
 * @property {() => Socket} makeSocket
 * @property {(action: () => void) => void} onShown as page/shown.js has it
 * @property {(data: ArrayBuffer) => import("./types.js").Message} decode
 * @property {() => number} now_ms
 * @property {(action: () => void, delay_ms: number) => void} after
 * @property {(action: () => void) => void} onNextFrame
 * @property {() => number} random
 * @property {(problem: unknown) => void} complain
 */
import { onShown } from "../page/shown.js";
import { makeDecoder } from "./codec.js";

/**
 * The real clock, socket and animation frames for a connection.
 *
 * @returns {Environment}
 */
export function browserEnvironment() {
  const { CBOR } = /** @type {any} */ (globalThis);
  const url = new URL("/api/v1/stream", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return {
    makeSocket: () => /** @type {any} */ (new WebSocket(url)),
    onShown,
    decode: makeDecoder(CBOR),
    now_ms: () => performance.now(),
    after: (action, delay_ms) => void setTimeout(action, delay_ms),
    onNextFrame: (action) => void requestAnimationFrame(action),
    random: Math.random,
    complain: (problem) => console.error(problem),
  };
}
