// <drop-zone>: shows what is chosen and takes dropped and pasted photos. The fields inside are what is submitted.
class DropZone extends HTMLElement {
  connectedCallback() {
    this.zone = this.querySelector(".drop-zone");
    this.input = this.querySelector("input[type=file]");
    this.preview = this.querySelector(".photo-preview");
    this.image = this.preview.querySelector("img");
    this.further = this.querySelector(".further-photos");
    this.clearButton = this.querySelector("[data-clear]");
    this.errors = this.querySelector("[id$=_errors]");
    this.earlierPhoto = this.image.getAttribute("src");

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

  take(files) {
    const photos = [...files].filter((file) => file.type.startsWith("image/"));
    if (!photos.length) return;
    const transfer = new DataTransfer();
    for (const photo of this.input.multiple ? photos : photos.slice(0, 1)) transfer.items.add(photo);
    this.input.files = transfer.files;
    this.chosen();
  }

  chosen() {
    if (!this.input.files.length) return this.clear();
    for (const choice of this.choices()) choice.checked = false;
    if (this.tooLarge()) return;
    this.forgetAddress();
    this.refresh();
  }

  // Says so at once instead of after a long upload; the server checks all the same.
  tooLarge() {
    const most = Number(this.dataset.maxMb) * 1024 * 1024;
    const large = [...this.input.files].some((file) => file.size > most);
    if (large) {
      this.clear();
      this.zone.classList.add("invalid");
    }
    this.errors.textContent = large ? this.dataset.tooLarge : "";
    this.errors.classList.toggle("field-error", large);
    return large;
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
    this.input.value = "";
    for (const choice of this.choices()) choice.checked = false;
    for (const earlier of this.earlier()) earlier.value = "";
    this.refresh();
    this.input.focus();
  }

  // Draws what the fields say now; also for whoever changed them from outside.
  refresh() {
    const [first, ...others] = this.input.files;
    const choice = this.choices().find((one) => one.checked && one.value);
    const again = this.earlier().some((one) => one.value) ? this.earlierPhoto : null;
    const address = first ? addressOf(first) : (choice?.dataset.photo ?? again);
    this.zone.classList.toggle("filled", Boolean(address));
    this.preview.hidden = this.clearButton.hidden = !address;
    if (address) this.zone.classList.remove("invalid");
    this.showFurther(others);
    if (address === this.shown) return;
    this.shown = address;
    if (!address) {
      this.image.removeAttribute("src");
      return this.announce();
    }
    this.image.src = address;
    this.image.decode().then(
      () => this.announce(),
      () => this.announce(),
    );
  }

  showFurther(files) {
    if (!this.further) return;
    this.further.hidden = !files.length;
    this.further.replaceChildren(
      ...files.map((file) => {
        const item = document.createElement("li");
        const image = document.createElement("img");
        Object.assign(image, { src: addressOf(file), alt: file.name });
        item.append(image);
        return item;
      }),
    );
  }

  // Says that the photo is another one now, or gone; after it was decoded, so that listeners can draw it.
  announce() {
    this.dispatchEvent(new CustomEvent("photo", { bubbles: true }));
  }
}

// One address a file, so that the same file shown again is known to be the same.
const addresses = new WeakMap();
function addressOf(file) {
  if (!addresses.has(file)) addresses.set(file, URL.createObjectURL(file));
  return addresses.get(file);
}

customElements.define("drop-zone", DropZone);

// A pasted picture goes into the first zone that is still empty, or else into the last one.
document.addEventListener("paste", (event) => {
  const zones = [...document.querySelectorAll("drop-zone")];
  const zone = zones.find((candidate) => candidate.empty) ?? zones.at(-1);
  if (zone && event.clipboardData.files.length) zone.take(event.clipboardData.files);
});
