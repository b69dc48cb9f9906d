/**
 * What the page asks of the REST API about one array. Every failure is a `Refusal`, whose problem
 * has a sentence for the user.
 *
 * @typedef {import("../stream/types.js").Problem} Problem
 * @typedef {import("../layout/types.js").Layout} Layout
 * @typedef {import("../page/types.js").Row} Row
 * @typedef {import("../layout/types.js").Guess} Guess
 * @typedef {import("../layout/types.js").KeptLayout} KeptLayout
 * @typedef {import("./types.js").Copy} Copy
 */

export class Refusal extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }
}

const UNREACHABLE = { title: "Not reachable", detail: "The server is not reachable.", status: 0 };

/**
 * Where the arrays of an array's own host are listed: of another host, a hub asks there.
 *
 * @param {string} id
 * @param {string | undefined} [hub] name of the hub's own host, where the page is a hub's
 */
export function listAddress(id, hub = globalThis.document?.body.dataset.hub) {
  const [host = ""] = id.split("/");
  if (hub === undefined || decodeURIComponent(host) === hub) return "/api/v1/arrays";
  return `/api/v1/fleet/hosts/${host}/arrays`;
}

export class ArrayApi {
  /**
   * @param {string} id of the array, as it stands in addresses
   * @param {typeof globalThis.fetch} fetch
   */
  constructor(id, fetch = globalThis.fetch.bind(globalThis)) {
    this.address = `/api/v1/arrays/${id}`;
    this.id = id;
    this.fetch = fetch;
  }

  /** @returns {Promise<Guess[]>} the best first */
  async guesses() {
    return (await this.#ask("GET", "guesses")).guesses;
  }

  /** @returns {Promise<KeptLayout>} */
  layout() {
    return this.#ask("GET", "layout");
  }

  /**
   * Keep a layout for everybody until the server ends.
   *
   * @param {Layout} layout
   * @param {boolean} guessed whether it is a suggestion of the server's
   * @returns {Promise<Row>}
   */
  keep(layout, guessed) {
    return this.#ask("PUT", "layout", guessed ? { ...layout, provenance: "guessed" } : layout);
  }

  /** @returns {Promise<Row>} */
  forget() {
    return this.#ask("DELETE", "layout");
  }

  /** @returns {Promise<Copy[]>} the newest first */
  async copies() {
    return (await this.#ask("GET", "copies")).copies;
  }

  /**
   * Have the server keep a copy of all of the array as it is now.
   *
   * @returns {Promise<Copy>}
   */
  keepCopy() {
    return this.#ask("POST", "copies");
  }

  /**
   * @param {number} number
   * @returns {Promise<Copy[]>} those that are left
   */
  async dropCopy(number) {
    return (await this.#ask("DELETE", `copies/${number}`)).copies;
  }

  /** @returns {Promise<Row[]>} every array of its host */
  async everyArray() {
    const request = { headers: { accept: "application/json" } };
    return (await this.#answer(listAddress(this.id), request)).arrays;
  }

  /**
   * @param {string} what
   * @returns {Promise<Blob>}
   */
  async file(what) {
    const answer = await this.#send(`${this.address}/${what}`, {});
    if (answer.ok) return answer.blob();
    throw new Refusal(problemOf(answer, await answer.json().catch(() => null)));
  }

  /**
   * Have the server look at a number of the array again and again.
   *
   * @param {import("../traces/watch_model.js").WatchWish} wish
   * @returns {Promise<import("../page/types.js").Watch>}
   */
  watch(wish) {
    return this.#ask("POST", "watches", wish);
  }

  /**
   * @param {number} number of a watch
   * @returns {Promise<{watches: import("../page/types.js").Watch[]}>} those that are left
   */
  unwatch(number) {
    return this.#ask("DELETE", `watches/${number}`);
  }

  /**
   * @param {string} method
   * @param {string} what
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  #ask(method, what, body) {
    return this.#answer(`${this.address}/${what}`, {
      method,
      headers: { accept: "application/json", ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  /**
   * @param {string} address
   * @param {RequestInit} request
   * @returns {Promise<any>}
   */
  async #answer(address, request) {
    const answer = await this.#send(address, request);
    const content = await answer.json().catch(() => null);
    if (answer.ok && content !== null) return content;
    throw new Refusal(problemOf(answer, content));
  }

  /**
   * @param {string} address
   * @param {RequestInit} request
   */
  async #send(address, request) {
    try {
      return await this.fetch(address, request);
    } catch {
      throw new Refusal(UNREACHABLE);
    }
  }
}

/**
 * @param {Response} answer
 * @param {any} content
 * @returns {Problem}
 */
function problemOf({ status }, content) {
  if (typeof content?.detail === "string") return content;
  return { title: "Not understood", detail: `The server answered with status ${status}.`, status };
}

/**
 * What went wrong, as a problem, whatever was thrown.
 *
 * @param {unknown} error
 * @returns {Problem}
 */
export function problemFrom(error) {
  if (error instanceof Refusal) return error.problem;
  return { title: "Failed", detail: String(error), status: 0 };
}
