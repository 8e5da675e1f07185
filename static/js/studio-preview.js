// A small, marked preview of the swap as it stands: made by the server for nothing, each time something changes.
const form = document.getElementById("studio");
const figure = document.getElementById("preview");
const image = figure.querySelector("img");
const words = figure.querySelector("[role=status]");
const PAUSE_MS = 250;
const SIDE = 1280; // pixels, all that the server works on
const copies = new WeakMap();
let timer;
let running;

if (matchMedia("(min-width: 60rem)").matches) form.querySelector(".adjust").open = true;
for (const name of ["faces", "change"]) {
  form.addEventListener(name, () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE_MS);
  });
}

async function show() {
  running?.abort();
  const zones = [...form.querySelectorAll("drop-zone")];
  if (!zones.every((zone) => zone.dataset.faces > 0)) return say(figure.dataset.waiting);
  running = new AbortController();
  const { signal } = running;
  if (image.hidden) say(figure.dataset.working);
  figure.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.dataset.preview, { method: "POST", body: await request(), signal });
    if (!response.ok) return say((await response.json()).message);
    const address = URL.createObjectURL(await response.blob());
    const before = image.src;
    image.src = address;
    await image.decode();
    if (before) URL.revokeObjectURL(before);
    image.hidden = false;
    words.textContent = "";
  } catch (error) {
    if (error.name !== "AbortError") say(figure.dataset.failed);
  } finally {
    if (!signal.aborted) figure.removeAttribute("aria-busy");
  }
}

function say(text) {
  image.hidden = true;
  figure.removeAttribute("aria-busy");
  words.textContent = text;
}

// The form as it would be sent, with small copies in place of the files.
async function request() {
  const data = new FormData(form);
  for (const input of form.querySelectorAll("input[type=file]")) {
    if (!input.name) continue;
    data.delete(input.name);
    for (const file of input.files) data.append(input.name, await copyOf(file), file.name);
  }
  for (const select of form.querySelectorAll("select[data-box]")) {
    data.set(select.name.replace("use", "box"), select.dataset.box);
  }
  return data;
}

async function copyOf(file) {
  if (!copies.has(file)) copies.set(file, await smaller(file));
  return copies.get(file);
}

async function smaller(file) {
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
  } catch {
    return file; // a kind that this browser does not show, such as HEIC; the server opens it
  }
}
