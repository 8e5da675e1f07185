// The live page: a face chosen, the camera opened, frames sent and drawn as they come back.
import { Camera } from "./live-camera.js";
import { Pace } from "./live-pace.js";
import { LiveSocket } from "./live-socket.js";

const page = document.querySelector("#live");
const find = (name) => page.querySelector(`[data-live="${name}"]`);
const words = page.dataset;
const view = find("view").getContext("2d", { alpha: false });
const camera = new Camera(find("video"));
const socket = new LiveSocket(location.origin);
const pace = new Pace(Number(words.maxFps));
const RETRY_PLACE = 4000;
// What the protocol says in these very words in every language.
const FIXED = { "No face detected in frame": words.noFace, "No source face uploaded": words.chooseFace };
let running = false, waitingForPlace = 0;

function say(text, kind = "") {
  find("message").textContent = text;
  find("message").dataset.kind = kind;
  find("message").hidden = !text;
}

function show(state) {
  page.dataset.state = state;
  for (const name of ["stop", "snapshot"]) find(name).disabled = state !== "on";
  find("start").hidden = state === "on";
  find("stop").hidden = state !== "on";
}

// The face

function choice() {
  const file = find("file").files[0];
  const checked = page.querySelector("input[name=face]:checked");
  if (checked) return { [checked.dataset.kind]: checked.value };
  return file ? { image: file } : null;
}

async function upload() {
  const wanted = choice();
  if (!wanted) return say(words.chooseFace, "error"), false;
  const form = new FormData();
  for (const [name, value] of Object.entries(wanted)) form.append(name, value);
  find("face-status").textContent = words.preparing;
  const answer = await fetch(words.upload, { method: "POST", body: form }).then((reply) => reply.json(), () => null);
  const done = Boolean(answer?.success);
  find("face-status").textContent = done ? words.ready : answer?.message || words.lost;
  if (!done) say(find("face-status").textContent, "error");
  return done;
}

page.addEventListener("change", (event) => {
  if (event.target === find("file")) for (const radio of page.querySelectorAll("input[name=face]")) radio.checked = false;
  else if (event.target.name === "face") find("file").value = "";
  else return;
  say("");
  if (running) upload();
});

// Start and stop

find("start").addEventListener("click", async () => {
  say(words.starting);
  find("start").disabled = true;
  try {
    if (!choice()) return say(words.chooseFace, "error");
    await camera.open();
    if (!(await upload())) return stop("");
    running = true;
    socket.connect();
  } catch (error) {
    stop(words[error.message] || words.lost, "error");
  } finally {
    find("start").disabled = false;
  }
});

function stop(text, kind) {
  running = false;
  clearTimeout(waitingForPlace);
  socket.close();
  camera.close();
  pace.clear();
  show("off");
  if (text) say(text, kind);
}

find("stop").addEventListener("click", () => stop(words.stopped));
window.addEventListener("pagehide", () => running && stop(""));

// The connection

socket.on("connect", async () => {
  // A new connection begins without a face: the last one took it along.
  if (page.dataset.state === "reconnecting" && !(await upload())) return stop("");
  say("");
  show("on");
  options();
  loop();
});
socket.on("disconnect", (reason) => {
  pace.clear();
  if (!running) return;
  if (reason === "io server disconnect") return stop("");
  show("reconnecting");
  say(words.reconnecting);
});
socket.on("connect_error", (error) => {
  if (error?.data?.reason !== "full") return stop(error?.message || words.lost, "error");
  say(error.message);
  waitingForPlace = setTimeout(async () => running && (await upload()) && socket.connect(), RETRY_PLACE);
});
socket.on("status_update", ({ message, reason }) => {
  if (reason !== "source_cleared") stop(message);
});

// Frames

async function loop() {
  if (!running || !socket.connected) return;
  requestAnimationFrame(loop);
  const now = performance.now();
  if (camera.video.readyState < 2 || socket.waiting > 100000 || !pace.ready(now)) return;
  const { picture, jpeg } = await camera.frame(pace.width, pace.quality, find("mirror").checked);
  const id = pace.leave(now, picture);
  if (!socket.emit("process_frame", { frame: jpeg, id })) pace.drop(id);
}

socket.on("processed_frame", async ({ success, processed, error, id }) => {
  const before = pace.arrive(id, performance.now());
  find("figures").textContent = words.figures.replace("{fps}", pace.fps.toFixed(0)).replace("{delay}", pace.delay.toFixed(0));
  find("hint").textContent = success ? "" : FIXED[error] || error;
  if (processed && running) {
    const after = await createImageBitmap(new Blob([processed], { type: "image/jpeg" }));
    draw(before, after);
    after.close();
    find("view").dataset.frames = Number(find("view").dataset.frames || 0) + (success ? 1 : 0);
  }
  before?.close();
});

// The frame that was sent on one side of the split, what came back on the other.
function draw(before, after) {
  const { canvas } = view;
  if (canvas.width !== after.width || canvas.height !== after.height) [canvas.width, canvas.height] = [after.width, after.height];
  view.drawImage(after, 0, 0);
  const share = Number(find("split").value) / 100;
  if (!before || share === 0) return;
  const width = Math.round(canvas.width * share);
  if (width) view.drawImage(before, 0, 0, (width * before.width) / canvas.width, before.height, 0, 0, width, canvas.height);
}

// Options and tools

function options() {
  const label = Boolean(find("label")?.checked);
  socket.emit("set_options", { strength: Number(find("strength").value) / 100, mouth: find("mouth").value, label });
}

for (const name of ["strength", "mouth", "label"]) find(name)?.addEventListener("change", options);
find("fullscreen").addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else find("stage").requestFullscreen?.();
});

find("snapshot").addEventListener("click", async () => {
  const answer = await socket.call("snapshot").catch(() => ({ success: false, error: words.lost }));
  find("kept").hidden = false;
  if (!answer.success) return void (find("kept").textContent = answer.error);
  const link = Object.assign(document.createElement("a"), { href: answer.url, textContent: words.kept, target: "_blank" });
  find("kept").replaceChildren(link);
});

show("off");
find("start").disabled = false;
