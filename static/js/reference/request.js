/** What a form of the REST API's page asks for, and how an answer is shown as text. */

/** More would only slow the page down. */
const MOST_SHOWN = 20_000;

/**
 * @param {string} path with gaps: `/api/v1/arrays/{host}/...`
 * @param {{name: string, place: string, value: string}[]} fields those that are empty are left out
 * @returns {string}
 */
export function addressOf(path, fields) {
  const query = new URLSearchParams();
  let address = path;
  for (const { name, place, value } of fields) {
    if (place === "path") address = address.replace(`{${name}}`, () => encodeURIComponent(value));
    else if (value !== "") query.set(name, value);
  }
  return query.size > 0 ? `${address}?${query}` : address;
}

/**
 * @param {string} type
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function shownText(type, bytes) {
  if (!/json|text|csv/.test(type)) return `${bytes.length.toLocaleString("en")} bytes`;
  const text = new TextDecoder().decode(bytes);
  const shown = /json/.test(type) ? indented(text) : text;
  return shown.length > MOST_SHOWN ? `${shown.slice(0, MOST_SHOWN)}\n…` : shown;
}

/**
 * JSON with its lines indented. Its numbers stay as the server wrote them: to parse them would round
 * long integers.
 *
 * @param {string} text
 */
function indented(text) {
  /** @type {string[]} */
  const open = [];
  const line = () => `\n${"  ".repeat(open.filter((bracket) => bracket === "{").length)}`;
  return text.replace(/"(?:[^"\\]|\\.)*"|[{}[\]]|, /g, (token) => {
    if (token === ", ") return open.at(-1) === "{" ? `,${line()}` : token;
    if (token === "}" || token === "]") open.pop();
    if (token === "{" || token === "[") open.push(token);
    if (token === "{") return `{${line()}`;
    return token === "}" ? `${line()}}` : token;
  });
}
