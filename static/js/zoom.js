// The zoomed result: magnified by a slider, moved by dragging. Opening, closing and scrolling need no script.
// The page's part that holds it may come later, in the answer that ends a wait: so events are taken at the document.
document.addEventListener("toggle", (event) => event.target.id === "zoom" && ready(event.target), true);
document.addEventListener("input", (event) => {
  const zoom = event.target.closest(".zoom-scale")?.closest(".zoom");
  if (zoom) magnify(zoom, Number(event.target.value));
});

function ready(zoom) {
  const stage = zoom.querySelector(".zoom-stage");
  zoom.querySelector(".zoom-scale").hidden = false;
  centre(stage);
  if (stage.dataset.drags) return;
  stage.dataset.drags = "yes";
  stage.addEventListener("pointermove", (event) => {
    if (event.buttons !== 1 || event.pointerType === "touch") return; // a finger scrolls by itself
    stage.scrollLeft -= event.movementX;
    stage.scrollTop -= event.movementY;
  });
}

function magnify(zoom, percent) {
  const stage = zoom.querySelector(".zoom-stage");
  // What was in the middle stays there.
  const x = (stage.scrollLeft + stage.clientWidth / 2) / stage.scrollWidth;
  const y = (stage.scrollTop + stage.clientHeight / 2) / stage.scrollHeight;
  zoom.style.setProperty("--magnification", percent / 100);
  zoom.querySelector("output").textContent = `${percent} %`;
  stage.scrollTo(x * stage.scrollWidth - stage.clientWidth / 2, y * stage.scrollHeight - stage.clientHeight / 2);
}

function centre(stage) {
  stage.scrollTo((stage.scrollWidth - stage.clientWidth) / 2, (stage.scrollHeight - stage.clientHeight) / 4);
}
