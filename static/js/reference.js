/** The page of the REST API: every form there sends its request and shows the answer. */
import { addressOf, shownText } from "./reference/request.js";

/** @param {HTMLFormElement} form */
async function send(form) {
  const screen = form.querySelector(".answer");
  if (!(screen instanceof HTMLElement)) return;
  const method = form.dataset.method ?? "GET";
  const body = form.querySelector("textarea")?.value;
  const address = addressOf(form.dataset.path ?? "", fieldsOf(form));
  const headers = { ...(body !== undefined && { "content-type": "application/json" }) };
  try {
    await show(
      screen,
      await fetch(address, { method, headers, ...(body !== undefined && { body }) }),
      address,
    );
  } catch {
    showText(screen, `${method} ${address}`, "The server is not reachable.");
  }
}

/**
 * @param {HTMLFormElement} form
 * @returns {{name: string, place: string, value: string}[]}
 */
function fieldsOf(form) {
  return [...form.querySelectorAll("input")].map(({ name, dataset, value }) => ({
    name,
    place: dataset.in ?? "query",
    value,
  }));
}

/**
 * @param {HTMLElement} screen
 * @param {Response} answer
 * @param {string} address
 */
async function show(screen, answer, address) {
  const type = answer.headers.get("content-type") ?? "";
  const verdict = answer.headers.get("x-shmscope-verdict");
  const head = [`${answer.status} ${answer.statusText}`, type, verdict, address]
    .filter(Boolean)
    .join(" · ");
  const picture = screen.querySelector("img");
  if (type === "image/png" && picture) {
    showText(screen, head, "");
    picture.src = URL.createObjectURL(await answer.blob());
    picture.hidden = false;
    picture.onload = () => URL.revokeObjectURL(picture.src);
    return;
  }
  showText(screen, head, shownText(type, new Uint8Array(await answer.arrayBuffer())));
}

/**
 * @param {HTMLElement} screen
 * @param {string} head
 * @param {string} body
 */
function showText(screen, head, body) {
  const [line, text, picture] = [".answer-head", ".answer-body", "img"].map((what) =>
    screen.querySelector(what),
  );
  if (line) line.textContent = head;
  if (text) text.textContent = body;
  if (picture instanceof HTMLImageElement) picture.hidden = true;
  screen.hidden = false;
}

/** Open what the address names, so that a link to a schema shows it. */
function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named instanceof HTMLDetailsElement) named.open = true;
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target instanceof HTMLFormElement) send(event.target);
});
addEventListener("hashchange", openNamed);
openNamed();
