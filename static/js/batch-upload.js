// Sends a batch: first the face, then each photo in a request of its own, and then has it start.
// What was sent stays sent: after a break in the connection, pressing again goes on where it stopped.
import { ChosenPhotos, isArchive } from "./batch-photos.js";
import { post } from "./session.js";

const AT_A_TIME = 1; // so that they stay in their order
const form = document.getElementById("batch-form");
const pay = document.getElementById("pay");
const bar = document.getElementById("upload");
const note = document.getElementById("pay-note");
const trouble = document.getElementById("trouble");
const words = form.dataset;
const addresses = form.elements.addresses_of_photos;
let photos; // until they are there, nothing is told of them
let batch = null; // the addresses of what the server has begun for us

for (const name of ["input", "photo"]) form.addEventListener(name, tellPrice);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!pay.disabled) send();
});
photos = new ChosenPhotos(document.getElementById("batch-photos"), words, tellPrice);
tellPrice();

// Of archives and addresses nobody knows yet how many photos they are, and an operator's engine has a price of its own:
// then the price is asked for in a second step.
function countLater() {
  return (
    manyInOne() || [...form.querySelectorAll("[name=engine]:checked, [name=enhancer]:checked")].some((one) => one.value)
  );
}

function manyInOne() {
  return addresses.value.trim() !== "" || photos.entries.some((entry) => isArchive(entry.file));
}

function problem() {
  if (!form.querySelector("drop-zone .filled") && !form.elements.face_url.value) return words.noFace;
  if (!photos.entries.length && !addresses.value.trim()) return words.none;
  return photos.entries.length > Number(words.most) ? words.tooMany : "";
}

function tellPrice() {
  if (!photos || photos.locked) return;
  const label = pay.querySelector("span");
  const why = problem();
  pay.disabled = why !== "";
  note.textContent = why || (manyInOne() ? words.archive : "");
  if (countLater()) label.textContent = words.countLater;
  else if (photos.entries.length) label.textContent = inWords(photos.entries.length);
}

function inWords(n) {
  return (n === 1 ? words.labelOne : words.label).replace("{n}", n).replace("{points}", n * Number(words.price));
}

async function send() {
  lock(true);
  say("");
  try {
    batch ??= await begin();
    await sendPhotos();
    if (countLater()) return leave();
    note.textContent = words.starting;
    const answer = await post(batch.batch_start, new FormData());
    if (answer.ok) return leave();
    if (answer.status !== 401) say((await answer.json()).message);
  } catch (error) {
    say(error instanceof Refused ? error.message : words.lost);
  }
  lock(false);
}

const leave = () => location.assign(batch.batch);

class Refused extends Error {}

async function begin() {
  const data = new FormData(form);
  data.delete("photos");
  data.set("collect", "1");
  const answer = await post(form.action, data);
  if (answer.status === 401) throw new Refused("");
  const told = await answer.json();
  if (!answer.ok) throw new Refused(told.message);
  return told;
}

async function sendPhotos() {
  const left = photos.entries.filter((entry) => entry.state !== "sent" && entry.state !== "refused");
  let ended = photos.entries.length - left.length;
  const total = photos.entries.length;
  bar.hidden = false;
  const next = async () => {
    for (let entry = left.shift(); entry; entry = left.shift()) {
      note.textContent = words.sending.replace("{n}", total - left.length).replace("{total}", total);
      // oxlint-disable-next-line no-await-in-loop -- so many at a time, and no more
      await sendOne(entry);
      bar.value = (100 * ++ended) / total;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, next));
}

async function sendOne(entry) {
  if (!isArchive(entry.file) && entry.file.size > Number(words.maxMb) * 1024 * 1024)
    return photos.tell(entry, "refused", words.tooLarge);
  photos.tell(entry, "sending");
  const data = new FormData();
  data.set("photos", entry.file, entry.file.name);
  let answer;
  try {
    answer = await post(batch.batch_photos, data);
  } catch (error) {
    photos.tell(entry, "");
    throw error;
  }
  const told = await answer.json().catch(() => ({}));
  if (answer.status === 401 || answer.status >= 500) {
    photos.tell(entry, "");
    throw answer.status === 401 ? new Refused("") : new Error(told.message);
  }
  const why = answer.ok ? told.items.length === 1 && told.items[0].problem : told.message;
  photos.tell(entry, why ? "refused" : "sent", why || "");
}

function lock(locked) {
  photos.lock(locked);
  pay.disabled = locked;
  pay.setAttribute("aria-busy", String(locked));
  // The face of a batch that was begun is settled.
  for (const part of document.querySelectorAll("drop-zone, .preset-choices, .adjust"))
    part.inert = locked || batch !== null;
  if (!locked) {
    bar.hidden = true;
    tellPrice();
  }
}

function say(text) {
  trouble.textContent = text;
  trouble.hidden = !text;
}
