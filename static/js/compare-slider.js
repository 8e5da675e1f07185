// <compare-slider>: lays the result over the original; a range input moves the edge, by pointer and by keyboard.
class CompareSlider extends HTMLElement {
  connectedCallback() {
    const range = this.querySelector("input");
    if (!range) return;
    const move = () => this.style.setProperty("--split", `${range.value}%`);
    range.addEventListener("input", move);
    move();
  }
}

customElements.define("compare-slider", CompareSlider);
