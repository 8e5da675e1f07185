// <clip-compare>: the clip as it came in plays in step with its result.
class ClipCompare extends HTMLElement {
  connectedCallback() {
    const after = this.querySelector("video[data-result]");
    const before = this.querySelector("video:not([data-result])");
    if (!after || !before) return;
    const begin = Number(before.dataset.begin);
    const follow = () => {
      if (Math.abs(before.currentTime - begin - after.currentTime) > 0.15)
        before.currentTime = begin + after.currentTime;
    };
    after.addEventListener("play", () => before.play().catch(() => {}));
    after.addEventListener("pause", () => before.pause());
    for (const name of ["seeked", "timeupdate"]) after.addEventListener(name, follow);
  }
}

customElements.define("clip-compare", ClipCompare);
