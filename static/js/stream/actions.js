/**
 * What a session can ask its driver to do, and what can happen to a subscription.
 *
 * @typedef {import("./types.js").Problem} Problem
 * @typedef {import("./types.js").Head} Head
 * @typedef {{topic: string, host?: string, hosts?: string[], find?: string, arrays?: string[], array?: string, select?: string, layout?: import("../layout/types.js").Layout,
 *   field?: string, part?: string, order?: number[], window?: [number, number][], most?: number[],
 *   reduce?: string, against?: import("../values/types.js").Against, rate_hz?: number,
 *   max_points?: number}} Request
 * @typedef {{type: "schema" | "frame", body: any, head: Head}
 *   | {type: "gone", detail: string} | {type: "error", problem: Problem}
 *   | {type: "waiting", problem: Problem}} Event
 * @typedef {{do: "send", message: object} | {do: "deliver", id: number, event: Event}
 *   | {do: "greet", body: any} | {do: "complain", problem: Problem} | {do: "drop"}} Action
 */

/**
 * @param {object} message
 * @returns {Action}
 */
export function send(message) {
  return { do: "send", message };
}

/**
 * @param {{id: number}} subscription
 * @param {Event} event
 * @returns {Action}
 */
export function deliver({ id }, event) {
  return { do: "deliver", id, event };
}

/**
 * A frame that was under way when its subscription ended still holds a place in the server's count.
 *
 * @param {Head} head
 * @returns {Action[]}
 */
export function lateFrame({ type, id, seq }) {
  return type === "frame" ? [send({ type: "ack", id, seq })] : [];
}

/**
 * @param {Head} head
 * @param {number} ours
 * @returns {Problem}
 */
export function otherProtocol({ protocol }, ours) {
  const detail = `The server speaks protocol ${protocol}, this page ${ours}. Load the page again.`;
  return { title: "Another protocol", detail, status: 426, value: protocol, limit: ours };
}
