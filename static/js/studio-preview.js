// A small, marked preview of the swap as it stands: made by the server for nothing, each time something changes.
import { post } from "./session.js";
import { smallCopy } from "./small-copies.js";

const form = document.getElementById("studio");
const figure = document.getElementById("preview");
const image = figure.querySelector("img");
const words = figure.querySelector("[role=status]");
const zones = [...form.querySelectorAll("drop-zone")];
const photo = form.querySelector("drop-zone[data-name=target] .photo-preview");
const verdict = document.getElementById("verdict");
const PAUSE_MS = 400; // so that a slider on its way costs one look and not ten
const AGAIN_S = 10;
const MOST_KEPT = 20;
const made = new Map(); // what was answered, by what was asked for
let timer;
let running;

// Another photo: what was painted on the one before is none of it.
form.addEventListener(
  "photo",
  ({ target }) => target.dataset.name === "target" && photo.querySelector(".painted")?.remove(),
);
for (const name of ["faces", "change"]) form.addEventListener(name, () => soon(PAUSE_MS));

function soon(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(show, milliseconds);
}

async function show() {
  running?.abort();
  if (zones.some((zone) => zone.settled === false)) return; // another photo is being drawn: its faces will call again
  if (form.dataset.plan !== "shown") return say(figure.dataset.waiting);
  running = new AbortController();
  const { signal } = running;
  try {
    const data = await request();
    const key = nameOf(data);
    if (signal.aborted) return;
    const kept = made.get(key);
    if (kept) return await draw(kept, signal);
    if (image.hidden) say(figure.dataset.working);
    figure.setAttribute("aria-busy", "true");
    const response = await post(form.dataset.preview, data, { signal });
    if (!response.ok) return refused(await response.json(), response, signal);
    keep(key, await response.json());
    await draw(made.get(key), signal);
  } catch (error) {
    if (error.name !== "AbortError") say(figure.dataset.failed);
  } finally {
    if (!signal.aborted) figure.removeAttribute("aria-busy");
  }
}

function refused(answer, response, signal) {
  if (signal.aborted) return;
  say(answer.message);
  if (response.status === 429) soon(1000 * (Number(response.headers.get("Retry-After")) || AGAIN_S));
}

async function draw(answer, signal) {
  if (signal.aborted) return;
  image.src = answer.address;
  await image.decode();
  image.hidden = false;
  words.textContent = "";
  judge(answer);
  paint(answer);
}

// The same in its place on the photo itself, where it develops.
function paint({ address, box }) {
  const [left, top, right, bottom] = box.map((share) => share * 100);
  const painted = photo.querySelector(".painted") ?? document.createElement("img");
  Object.assign(painted, { className: "painted", alt: "", src: address });
  const place = { left: `${left}%`, top: `${top}%`, width: `${right - left}%`, height: `${bottom - top}%` };
  Object.assign(painted.style, place);
  photo.append(painted);
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
    painted.animate([{ filter: "blur(14px)", opacity: 0.3 }, {}], { duration: 400, easing: "ease-out" });
  }
}

// How real it will look, and what to do about it.
function judge({ fit, verdict: text }) {
  verdict.className = `notice verdict ${fit.good ? "success" : "warning"}`;
  verdict.hidden = false;
  verdict.querySelector("p").textContent = text;
}

function keep(key, { picture, box, fit, verdict: text }) {
  const bytes = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0));
  made.set(key, { address: URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })), box, fit, verdict: text });
  if (made.size <= MOST_KEPT) return;
  const [oldest, dropped] = made.entries().next().value;
  made.delete(oldest);
  URL.revokeObjectURL(dropped.address);
}

function say(text) {
  photo.querySelector(".painted")?.remove();
  image.hidden = true;
  verdict.hidden = true;
  figure.removeAttribute("aria-busy");
  words.textContent = text;
}

// The form as it would be sent, with small copies in place of the files.
async function request() {
  const data = new FormData(form);
  for (const input of form.querySelectorAll("input[type=file]")) {
    if (!input.name) continue;
    data.delete(input.name);
    // oxlint-disable-next-line no-await-in-loop -- one photo after the other is decoded, or they fill the memory
    for (const file of input.files) data.append(input.name, await smallCopy(file), file.name);
  }
  return data;
}

// What is asked for, to know the answer again.
function nameOf(data) {
  const entries = [...data].filter(([name]) => name !== "csrfmiddlewaretoken");
  return JSON.stringify(
    entries.map(([name, value]) => [name, value instanceof File ? [value.name, value.size] : value]),
  );
}
