// <compare-slider>: lays the result over the original. It opens on the whole result, by one slow wipe where the page asks
// for it; pressed and held, or with the space bar, it shows the original, drawn it moves the edge between the two.
// The range input does the same by keyboard.
const MOVED = 6; // px from which a press is a drag

class CompareSlider extends HTMLElement {
  connectedCallback() {
    if (this.range) return; // put in place a second time
    this.range = this.querySelector("input");
    this.range.addEventListener("input", () => this.show(Number(this.range.value)));
    this.addEventListener("pointerdown", (event) => this.press(event));
    this.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"]) this.addEventListener(end, () => this.release());
    this.show(Number(this.range.value));
    if ("reveals" in this.dataset) this.reveal();
  }

  // Once for each picture in a tab; nobody who asks for less motion sees it move.
  async reveal() {
    const images = [...this.querySelectorAll("img")];
    if (matchMedia("(prefers-reduced-motion: reduce)").matches || !firstTime(images[0].src)) return;
    await Promise.allSettled(images.map((image) => image.decode()));
    this.dataset.shows = "both";
    this.classList.add("revealing");
    this.addEventListener("animationend", () => this.classList.remove("revealing"), { once: true });
    this.addEventListener("animationend", () => this.show(Number(this.range.value)), { once: true });
  }

  /** Show that many per cent of the original, from the left. */
  show(percent) {
    this.style.setProperty("--split", `${percent}%`);
    this.dataset.shows = percent < 1 ? "after" : percent > 99 ? "before" : "both";
  }

  press(event) {
    if (event.button !== 0) return;
    this.setPointerCapture(event.pointerId);
    this.pressed = { x: event.clientX, drags: this.isOnEdge(event.clientX) };
    if (!this.pressed.drags) this.show(100);
  }

  drag(event) {
    if (!this.pressed) return;
    this.pressed.drags ||= Math.abs(event.clientX - this.pressed.x) > MOVED;
    if (!this.pressed.drags) return;
    const { left, width } = this.getBoundingClientRect();
    this.range.value = Math.round((100 * (event.clientX - left)) / width);
    this.show(Number(this.range.value));
  }

  release() {
    if (!this.pressed) return;
    this.pressed = undefined;
    this.show(Number(this.range.value));
  }

  isOnEdge(x) {
    const { left, width } = this.getBoundingClientRect();
    const edge = Math.min(Math.max((width * this.range.value) / 100, 20), width - 20);
    return Math.abs(x - left - edge) < 24;
  }
}

customElements.define("compare-slider", CompareSlider);

function firstTime(picture) {
  const key = `revealed ${picture}`;
  try {
    if (sessionStorage.getItem(key)) return false;
    sessionStorage.setItem(key, "1");
  } catch {
    // A browser that keeps nothing reveals it each time.
  }
  return true;
}

// The space bar shows the original while it is held, unless it means something where the focus is.
const OWN_SPACE = "button, a, summary, select, textarea, input:not([type=range]), [contenteditable]";
document.addEventListener("keydown", (event) => {
  const slider = document.querySelector("compare-slider[data-reveals]");
  if (event.key !== " " || !slider || event.target.closest?.(OWN_SPACE)) return;
  event.preventDefault();
  slider.show(100);
});
document.addEventListener("keyup", (event) => {
  const slider = document.querySelector("compare-slider[data-reveals]");
  if (event.key === " " && slider) slider.show(Number(slider.range.value));
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-side-by-side]");
  if (!button) return;
  const apart = document.querySelector("compare-slider[data-reveals]").classList.toggle("apart");
  button.setAttribute("aria-pressed", apart);
});
