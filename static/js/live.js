// The live page: a face chosen, the camera opened, frames sent and drawn as they come back.
import { Camera } from "./live-camera.js";
import { Face } from "./live-face.js";
import { Pace } from "./live-pace.js";
import { LiveSocket } from "./live-socket.js";

const page = document.querySelector("#live");
const find = (name) => page.querySelector(`[data-live="${name}"]`);
const words = page.dataset;
const view = find("view").getContext("2d", { alpha: false });
const camera = new Camera(find("video"));
const face = new Face(page.querySelector("drop-zone"), words.upload);
const socket = new LiveSocket(location.origin);
const pace = new Pace(Number(words.maxFps));
const RETRY_PLACE = 4000;
const KEPT_FOR = 40000;
// What the protocol says in these very words in every language.
const FIXED = { "No face detected in frame": words.noFace, "No source face uploaded": words.chooseFace };
let running = false;
let waitingForPlace = 0;
let sentAt = 0;
let kept = 0;

// The page says one thing at a time, in the middle of the stage; over the camera's picture it moves to the edge.
function say(text, kind = "") {
  find("message").textContent = text;
  find("message").dataset.kind = kind;
  find("message").hidden = !text;
}

// off; asking for the camera; warming: the camera's own picture while all else gets ready; on; reconnecting.
function show(state) {
  page.dataset.state = state;
  find("snapshot").disabled = state !== "on";
  find("start").hidden = state !== "off";
  find("stop").hidden = state === "off";
  if (state !== "on") for (const name of ["hint", "figures"]) find(name).textContent = "";
}

// The face

async function upload() {
  sentAt = performance.now();
  const answer = await face.send();
  if (answer?.success) return true;
  stop(answer?.message || words.lost, "error");
  return false;
}

// Another face while frames go on: what becomes of it is said beside the faces, and the last one stays on if it fails.
async function change() {
  find("face-status").textContent = words.preparing;
  const answer = await face.send();
  find("face-status").textContent = answer?.success ? words.ready : answer?.message || words.lost;
}

page.addEventListener("photo", () => {
  find("face-status").textContent = "";
  if (running) return void (face.chosen && change());
  // It comes after the photo was decoded: whatever else is said by then stays.
  if (find("message").textContent === words.chooseFace) say(words.intro);
});

// Start and stop

find("start").addEventListener("click", async () => {
  if (!face.chosen) return say(words.chooseFace, "error");
  find("balance")?.remove(); // it is another one from now on
  say(words.asking);
  show("asking");
  kept = 0;
  find("kept").hidden = true;
  running = true;
  try {
    await camera.open();
  } catch (error) {
    return stop(words[error.message] || words.lost, "error");
  }
  if (!running) return camera.close(); // stopped meanwhile
  find("stage").scrollIntoView({ block: "nearest" });
  say(words.preparing);
  show("warming");
  if (!(await upload()) || !running) return;
  say(words.connecting);
  socket.connect();
});

function stop(text, kind) {
  running = false;
  clearTimeout(waitingForPlace);
  socket.close();
  camera.close();
  pace.clear();
  show("off");
  find("face-status").textContent = "";
  say(text, kind);
}

find("stop").addEventListener("click", () => stop(kept ? words.stoppedKept : words.stopped));
window.addEventListener("pagehide", () => running && stop(""));

// The connection

socket.on("connect", async () => {
  // A new connection begins without a face: the last one took it along.
  if (page.dataset.state === "reconnecting" && !(await upload())) return;
  say(words.warming);
  show("warming");
  options();
  loop();
});
socket.on("disconnect", (reason) => {
  pace.clear();
  if (!running) return;
  if (reason === "io server disconnect") return stop(words.lost, "error");
  show("reconnecting");
  say(words.reconnecting);
});
socket.on("connect_error", (error) => {
  if (!running) return;
  if (error?.data?.reason !== "full") return stop(error?.message || words.lost, "error");
  say(error.message);
  waitingForPlace = setTimeout(askAgain, RETRY_PLACE);
});
socket.on("status_update", ({ message, reason }) => {
  if (reason === "engine_stood_in") find("hint").textContent = message;
  else if (reason !== "source_cleared") stop(message);
});

// The server keeps a face that nobody wears for a minute: who waits longer for a place sends it once more.
async function askAgain() {
  if (!running || (performance.now() - sentAt > KEPT_FOR && !(await upload()))) return;
  if (running) socket.connect();
}

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
  if (processed && running) {
    const after = await createImageBitmap(new Blob([processed], { type: "image/jpeg" }));
    if (running) came(before, after, success ? "" : FIXED[error] || error);
    after.close();
    find("view").dataset.frames = Number(find("view").dataset.frames || 0) + (success ? 1 : 0);
  }
  before?.close();
});

function came(before, after, problem) {
  draw(before, after);
  if (page.dataset.state !== "on") {
    say("");
    show("on");
  }
  find("figures").textContent = words.figures
    .replace("{fps}", pace.fps.toFixed(0))
    .replace("{delay}", pace.delay.toFixed(0));
  find("hint").textContent = problem;
}

// The frame that was sent on one side of the split, what came back on the other.
function draw(before, after) {
  const { canvas } = view;
  if (canvas.width !== after.width || canvas.height !== after.height) {
    [canvas.width, canvas.height] = [after.width, after.height];
  }
  view.drawImage(after, 0, 0);
  const share = Number(find("split").value) / 100;
  if (!before || share === 0) return;
  const width = Math.round(canvas.width * share);
  if (width) {
    view.drawImage(before, 0, 0, (width * before.width) / canvas.width, before.height, 0, 0, width, canvas.height);
  }
}

// Options and tools

function options() {
  const label = Boolean(find("label")?.checked);
  const [preset, mouth] = ["preset", "mouth"].map((name) => find(name).value);
  const engine = find("engine")?.value ?? "classic";
  socket.emit("set_options", { preset, strength: Number(find("strength").value) / 100, mouth, label, engine });
}

for (const name of ["preset", "strength", "mouth", "label", "engine"]) find(name)?.addEventListener("change", options);

function mirror() {
  find("video").classList.toggle("mirrored", find("mirror").checked);
}
find("mirror").addEventListener("change", mirror);

find("fullscreen").addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else find("stage").requestFullscreen?.();
});

find("snapshot").addEventListener("click", async () => {
  const answer = await socket.call("snapshot").catch(() => ({ success: false, error: words.lost }));
  find("kept").hidden = false;
  if (!answer.success) return void (find("kept").textContent = answer.error);
  kept += 1;
  const link = Object.assign(document.createElement("a"), {
    href: answer.url,
    textContent: words.kept,
    target: "_blank",
  });
  find("kept").replaceChildren(link);
});

mirror();
show("off");
find("start").disabled = false;
