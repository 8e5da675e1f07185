// <compare-slider>: lays the result over the original. It opens on the whole result; pressed and held it shows the
// original, drawn it moves the edge between the two. The range input does the same by keyboard.
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
