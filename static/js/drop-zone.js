// <drop-zone>: previews the chosen photo and takes a dropped or pasted one. The input inside is what is submitted.
class DropZone extends HTMLElement {
  connectedCallback() {
    this.zone = this.querySelector(".drop-zone");
    this.input = this.querySelector("input[type=file]");
    this.preview = this.querySelector(".photo-preview");
    this.image = this.preview.querySelector("img");
    this.clearButton = this.querySelector("[data-clear]");
    this.errors = this.querySelector("[id$=_errors]");
    this.zone.classList.add("scripted");

    this.input.addEventListener("change", () => this.chosen());
    this.clearButton.addEventListener("click", () => this.clear());
    this.zone.addEventListener("dragover", (event) => this.hover(event, true));
    this.zone.addEventListener("dragleave", (event) => this.hover(event, false));
    this.zone.addEventListener("drop", (event) => {
      this.hover(event, false);
      this.take(event.dataTransfer.files);
    });
    for (const sample of this.samples()) sample.addEventListener("change", () => this.showSample(sample));
    const checked = this.samples().find((sample) => sample.checked && sample.value);
    if (this.zone.classList.contains("filled")) this.clearButton.hidden = false;
    if (this.input.files.length) this.show(URL.createObjectURL(this.input.files[0]));
    else if (checked) this.showSample(checked);
  }

  get empty() {
    return !this.zone.classList.contains("filled");
  }

  samples() {
    return [...this.querySelectorAll(".sample input")];
  }

  hover(event, over) {
    event.preventDefault();
    this.zone.classList.toggle("over", over);
  }

  take(files) {
    const photo = [...files].find((file) => file.type.startsWith("image/"));
    if (!photo) return;
    const transfer = new DataTransfer();
    transfer.items.add(photo);
    this.input.files = transfer.files;
    this.chosen();
  }

  chosen() {
    if (!this.input.files.length) return this.clear();
    for (const sample of this.samples()) sample.checked = false;
    if (this.tooLarge(this.input.files[0])) return;
    this.show(URL.createObjectURL(this.input.files[0]));
  }

  // Says so at once instead of after a long upload; the server checks all the same.
  tooLarge(file) {
    const large = file.size > Number(this.dataset.maxMb) * 1024 * 1024;
    if (large) {
      this.clear();
      this.zone.classList.add("invalid");
    }
    this.errors.textContent = large ? this.dataset.tooLarge : "";
    this.errors.classList.toggle("field-error", large);
    return large;
  }

  showSample(sample) {
    this.input.value = "";
    this.show(sample.dataset.photo);
  }

  show(address) {
    this.image.src = address;
    this.image.decode().then(() => this.announce(), () => this.announce());
    this.preview.hidden = false;
    this.clearButton.hidden = false;
    this.zone.classList.add("filled");
    this.zone.classList.remove("invalid");
  }

  clear() {
    this.input.value = "";
    for (const sample of this.samples()) sample.checked = false;
    for (const earlier of this.querySelectorAll("input[type=hidden]")) earlier.value = "";
    this.preview.hidden = true;
    this.clearButton.hidden = true;
    this.image.removeAttribute("src");
    this.zone.classList.remove("filled");
    this.announce();
    this.input.focus();
  }

  // Says that the photo is another one now, or gone; after it was decoded, so that listeners can draw it.
  announce() {
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
