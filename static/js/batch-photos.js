// The photos chosen for a batch: dropped, picked, or out of a folder; shown small, and taken away one by one.
import { addressOf } from "./file-pictures.js";

const JUNK = /^(\.|thumbs\.db$|desktop\.ini$)/i;
const ARCHIVE = /\.zip$/i;
const READ_AT_ONCE = 100; // entries that a browser gives of a folder at a time

export const isArchive = (file) => ARCHIVE.test(file.name);

export class ChosenPhotos {
  constructor(section, words, changed) {
    this.words = words;
    this.changed = changed;
    this.entries = []; // { file, state: "", "sending", "sent" or "refused", problem, item }
    this.zone = section.querySelector(".drop-zone");
    this.input = section.querySelector("input[name=photos]");
    this.folder = section.querySelector("#folder");
    this.grid = section.querySelector(".chosen");
    this.count = section.querySelector("[data-chosen]");
    this.clearButton = section.querySelector("[data-clear]");
    this.input.addEventListener("change", () => this.takeFrom(this.input));
    this.folder.addEventListener("change", () => this.takeFrom(this.folder));
    section.querySelector("[data-more]").addEventListener("click", () => this.input.click());
    section.querySelector("[data-folder]").addEventListener("click", () => this.folder.click());
    this.clearButton.addEventListener("click", () => {
      this.entries = [];
      this.refresh();
      this.input.focus();
    });
    this.zone.addEventListener("dragover", (event) => this.hover(event, true));
    this.zone.addEventListener("dragleave", (event) => this.hover(event, false));
    this.zone.addEventListener("drop", async (event) => {
      this.hover(event, false);
      this.add(await filesOf(event.dataTransfer));
    });
    this.refresh();
  }

  hover(event, over) {
    event.preventDefault();
    this.zone.classList.toggle("over", over);
  }

  // The field is emptied: what was chosen is kept here, so that choosing again adds.
  takeFrom(input) {
    const files = [...input.files];
    input.value = "";
    this.add(files);
  }

  add(files) {
    for (const file of files) if (!JUNK.test(file.name)) this.entries.push({ file, state: "" });
    this.refresh();
  }

  remove(entry) {
    this.entries = this.entries.filter((other) => other !== entry);
    this.refresh();
    this.input.focus();
  }

  lock(locked) {
    this.locked = locked;
    this.input.disabled = this.folder.disabled = this.clearButton.disabled = locked;
    for (const button of this.grid.querySelectorAll("button")) button.disabled = locked;
  }

  refresh() {
    const n = this.entries.length;
    this.zone.classList.toggle("filled", n > 0);
    this.grid.hidden = this.clearButton.hidden = !n;
    this.zone.querySelector(".prompt").hidden = n > 0;
    this.count.textContent = n ? this.words.count.replace("{n}", n) : "";
    this.grid.replaceChildren(...this.entries.map((entry) => (entry.item ??= this.drawn(entry))));
    this.changed();
  }

  drawn(entry) {
    const item = document.createElement("li");
    const name = Object.assign(document.createElement("span"), { className: "name", textContent: entry.file.name });
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    button.setAttribute("aria-label", this.words.remove.replace("{name}", entry.file.name));
    button.addEventListener("click", () => this.remove(entry));
    const state = Object.assign(document.createElement("span"), { className: "state", hidden: true });
    item.append(name, state, button);
    if (!isArchive(entry.file)) {
      const image = Object.assign(document.createElement("img"), { alt: entry.file.name, loading: "lazy" });
      image.addEventListener("load", () => (name.hidden = true));
      image.addEventListener("error", () => image.remove()); // a kind that this browser can't show
      image.src = addressOf(entry.file);
      item.prepend(image);
    }
    return item;
  }

  tell(entry, state, problem = "") {
    Object.assign(entry, { state, problem });
    entry.item.className = state;
    entry.item.title = problem;
    const label = entry.item.querySelector(".state");
    label.hidden = state !== "sent" && state !== "refused";
    label.textContent = state === "refused" ? this.words.refused : this.words.sent;
    entry.item.querySelector("button").hidden = state === "sent" || state === "sending";
  }
}

// What was dropped: files, and those in folders below.
async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files];
  return (await Promise.all(entries.map(filesBelow))).flat();
}

async function filesBelow(entry) {
  if (entry.isFile)
    return new Promise((resolve) =>
      entry.file(
        (file) => resolve([file]),
        () => resolve([]),
      ),
    );
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- a folder tells of its files bit by bit, until it tells of no more
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    found.push(...some);
    if (some.length < READ_AT_ONCE) break;
  }
  found.sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
  return (await Promise.all(found.map(filesBelow))).flat();
}
