// <drop-zone>: shows what is chosen and takes dropped and pasted photos. The fields inside are what is submitted.
import { addressOf } from "./file-pictures.js";

class DropZone extends HTMLElement {
  connectedCallback() {
    this.zone = this.querySelector(".drop-zone");
    this.input = this.querySelector("input[type=file]");
    this.preview = this.querySelector(".photo-preview");
    this.image = this.preview.querySelector("img");
    this.fileName = this.querySelector(".file-name");
    this.strip = this.querySelector(".several-photos");
    this.clearButton = this.querySelector("[data-clear]");
    this.errors = this.querySelector("[id$=_errors]");
    this.earlierPhoto = this.image.getAttribute("src");
    this.shown = "";

    this.input.addEventListener("change", () => this.chosen());
    this.clearButton.addEventListener("click", () => this.clear());
    this.zone.addEventListener("dragover", (event) => this.hover(event, true));
    this.zone.addEventListener("dragleave", (event) => this.hover(event, false));
    this.zone.addEventListener("drop", (event) => {
      this.hover(event, false);
      this.take(event.dataTransfer.files);
    });
    for (const choice of this.choices()) choice.addEventListener("change", () => this.pick(choice));
    this.refresh();
  }

  get empty() {
    return !this.zone.classList.contains("filled");
  }

  choices() {
    return [...this.querySelectorAll(".sample input")];
  }

  earlier() {
    return [...this.querySelectorAll("input[type=hidden]")];
  }

  hover(event, over) {
    event.preventDefault();
    this.zone.classList.toggle("over", over);
  }

  // Whatever they are: browsers name no type for some photos, and what is none is said to be none.
  take(files) {
    if (!files.length) return;
    this.put(this.input.multiple ? [...files] : [files[0]]);
    this.chosen();
  }

  put(files) {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    this.input.files = transfer.files;
  }

  chosen() {
    if (!this.input.files.length) return this.clear();
    for (const choice of this.choices()) choice.checked = false;
    const most = Number(this.dataset.maxMb) * 1024 * 1024;
    // Said at once instead of after a long upload; the server checks all the same.
    if ([...this.input.files].some((file) => file.size > most)) return this.refuse(this.dataset.tooLarge);
    this.forgetAddress();
    this.refresh();
  }

  pick(choice) {
    this.input.value = "";
    this.forgetAddress();
    for (const other of this.choices()) other.checked = other === choice;
    this.refresh();
  }

  // What was fetched from the web is a file by now; the address must not be fetched once more.
  forgetAddress() {
    const address = this.querySelector("input[type=url]");
    if (address) address.value = "";
  }

  clear() {
    this.forget();
    this.input.focus();
  }

  forget() {
    this.input.value = "";
    for (const choice of this.choices()) choice.checked = false;
    for (const earlier of this.earlier()) earlier.value = "";
    this.refresh();
  }

  // Lets go of what can't be used, and says why.
  refuse(why) {
    this.forget();
    this.zone.classList.add("invalid");
    this.sayError(why);
  }

  sayError(words) {
    this.errors.textContent = words;
    this.errors.classList.toggle("field-error", Boolean(words));
  }

  // Draws what the fields say now; also for whoever changed them from outside.
  refresh() {
    const files = [...this.input.files];
    const choice = this.choices().find((one) => one.checked && one.value);
    const again = this.earlier().some((one) => one.value) ? this.earlierPhoto : null;
    const sources = files.length ? files.map(addressOf) : [choice?.dataset.photo ?? again].filter(Boolean);
    this.zone.classList.toggle("filled", sources.length > 0);
    this.preview.hidden = this.clearButton.hidden = !sources.length;
    if (sources.join(" ") === this.shown) return;
    this.shown = sources.join(" ");
    if (sources.length) {
      this.zone.classList.remove("invalid");
      this.sayError("");
    }
    this.fileName.textContent = files[0]?.name ?? "";
    this.showSeveral(files);
    if (!sources.length) {
      this.image.removeAttribute("src");
      return this.announce();
    }
    this.image.src = sources[0];
    this.settled = false;
    this.settle(this.shown);
  }

  // Waits until all is drawn; what this browser can't show has its name in its place.
  async settle(shown) {
    const images = [this.image, ...this.strip.querySelectorAll("img")];
    const drawn = await Promise.allSettled(images.map((image) => image.decode()));
    if (this.shown !== shown) return;
    images.forEach((image, number) => (image.hidden = drawn[number].status === "rejected"));
    this.fileName.hidden = !this.image.hidden;
    this.announce();
  }

  // Whether one of the files is of a kind that this browser doesn't show, as HEIC, or no picture at all.
  get unseen() {
    return [this.image, ...this.strip.querySelectorAll("img")].some((image) => image.hidden);
  }

  showSeveral(files) {
    this.strip.hidden = files.length < 2;
    this.strip.replaceChildren(...(files.length < 2 ? [] : files.map((file, index) => this.oneOfSeveral(file, index))));
  }

  oneOfSeveral(file, index) {
    const item = document.createElement("li");
    const image = document.createElement("img");
    const button = document.createElement("button");
    Object.assign(image, { src: addressOf(file), alt: file.name });
    Object.assign(button, { type: "button", textContent: "×" });
    button.setAttribute("aria-label", this.dataset.remove.replace("{n}", index + 1));
    button.addEventListener("click", () => this.remove(index));
    item.append(image, String(index + 1), button);
    return item;
  }

  remove(index) {
    this.put([...this.input.files].filter((_file, number) => number !== index));
    this.refresh();
    this.input.focus();
  }

  // Says that the photo is another one now, or gone; after it was decoded, so that listeners can draw it.
  announce() {
    this.settled = true;
    this.dispatchEvent(new CustomEvent("photo", { bubbles: true }));
  }
}

customElements.define("drop-zone", DropZone);

// A pasted picture goes into the first zone that is still empty, or else into the last one.
document.addEventListener("paste", (event) => {
  const zones = [...document.querySelectorAll("drop-zone")];
  const zone = zones.find((candidate) => candidate.empty) ?? zones.at(-1);
  if (zone && event.clipboardData.files.length) zone.take(event.clipboardData.files);
});
