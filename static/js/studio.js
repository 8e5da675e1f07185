// Looks at each chosen photo: outlines its faces, and says what would not go well.
import { showInstead } from "./file-pictures.js";
import { post } from "./session.js";
import { smallCopy } from "./small-copies.js";

const form = document.getElementById("studio");
const AGAIN_S = 10;
const PATIENCE_MS = 90_000;
const known = new Map(); // what earlier looks told, by what was looked at
const failed = new Set(); // zones to look at once more when the person comes back to this tab

form.addEventListener("photo", (event) => look(event.target));
for (const zone of document.querySelectorAll("drop-zone")) {
  if (zone.settled) look(zone);
}
addEventListener("focus", () => {
  for (const zone of failed) look(zone);
});

// What is known of a zone: "empty", "looking", "seen", "unusable", or "unseen" where no look succeeded.
function tell(zone, state, faces = []) {
  zone.dataset.look = state;
  zone.faces = faces;
  zone.dispatchEvent(new CustomEvent("faces", { bubbles: true }));
}

async function look(zone) {
  const asked = (zone.asked = Symbol("a later photo makes this answer worthless"));
  clearTimeout(zone.again);
  failed.delete(zone);
  for (const box of zone.querySelectorAll(".face-box")) box.remove();
  note(zone, "");
  if (zone.empty) return tell(zone, "empty");
  tell(zone, "looking");
  const answer = await ask(zone);
  if (zone.asked !== asked) return;
  if (answer.wait) return lookLater(zone, answer);
  if (answer.message) return refused(zone, answer.message);
  if (zone.unseen && showPictures(zone, answer.pictures)) return zone.refresh(); // which announces the photo again
  note(zone, answer.problem || answer.note, answer.problem ? "field-error" : "doubt");
  draw(zone, answer.faces);
  tell(zone, answer.problem ? "unusable" : "seen", answer.problem ? [] : answer.faces);
}

// A file that neither this browser nor the server can open is no photo; of several, the person chooses which to remove.
function refused(zone, why) {
  if (zone.unseen && zone.input.files.length === 1) return zone.refuse(why);
  note(zone, why, "field-error");
  tell(zone, "unusable");
}

function lookLater(zone, answer) {
  note(zone, answer.message, "field-error");
  failed.add(zone);
  zone.again = setTimeout(() => look(zone), answer.wait * 1000);
  tell(zone, "unseen");
}

function note(zone, words, kind = "") {
  const place = zone.querySelector(".zone-note");
  place.textContent = words;
  for (const one of ["field-error", "doubt"]) place.classList.toggle(one, one === kind);
}

function showPictures(zone, pictures) {
  if (!pictures || !zone.input.files.length) return false;
  [...zone.input.files].forEach((file, number) => {
    const bytes = Uint8Array.from(atob(pictures[number]), (character) => character.charCodeAt(0));
    showInstead(file, new Blob([bytes], { type: "image/jpeg" }));
  });
  return true;
}

// The answer, or { message } where the photo can't be used, with { wait } where a look later may succeed.
async function ask(zone) {
  const key = nameOf(zone);
  if (known.has(key)) return known.get(key);
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await post(form.dataset.faces, await question(zone), { signal });
    const answer = await response.json();
    if (response.ok) known.set(key, answer);
    if (response.ok || response.status === 400) return answer;
    return { message: answer.message, wait: Number(response.headers.get("Retry-After")) || AGAIN_S };
  } catch {
    return { message: form.dataset.lookFailed, wait: AGAIN_S };
  }
}

function nameOf(zone) {
  const files = [...zone.input.files].map((file) => [file.name, file.size, file.lastModified]);
  const choice = zone.querySelector(".sample :checked");
  return JSON.stringify([zone.dataset.name, zone.unseen, files, choice?.value, zone.earlier().map((one) => one.value)]);
}

// One photo goes as it is, for its finest faces; of several only the people are compared, so small copies will do.
async function question(zone) {
  const data = new FormData();
  data.set("role", zone.dataset.name);
  const choice = zone.querySelector(".sample :checked");
  const files = [...zone.input.files];
  if (files.length === 1) data.set("photo", files[0]);
  // oxlint-disable-next-line no-await-in-loop -- one photo after the other is decoded, or they fill the memory
  else if (files.length) for (const file of files) data.append("photo", await smallCopy(file), file.name);
  else if (choice) data.set(choice.name.endsWith("_known") ? "known" : "sample", choice.value);
  if (zone.unseen) data.set("pictures", "1");
  for (const earlier of zone.earlier()) data.set(earlier.name, earlier.value);
  return data;
}

// In a group each outline is a button that leads to what happens to that face.
function draw(zone, faces) {
  const group = zone.dataset.name === "target" && faces.length > 1;
  faces.forEach((face, index) => {
    const box = document.createElement(group ? "button" : "span");
    const [left, top, right, bottom] = face.box.map((share) => share * 100);
    box.className = "face-box";
    const place = { left: `${left}%`, top: `${top}%`, width: `${right - left}%`, height: `${bottom - top}%` };
    Object.assign(box.style, place);
    if (group) {
      Object.assign(box, { type: "button", textContent: index + 1 });
      box.dataset.index = index;
      box.setAttribute("aria-label", form.dataset.faceName.replace("{n}", index + 1));
    }
    zone.preview.append(box);
  });
}
