// The zoomed result: it opens as large as the window allows with nothing cut off, is magnified by a slider and moved by
// dragging. Opening, closing and scrolling need no script.
// The page's part that holds it may come later, in the answer that ends a wait: so events are taken at the document.
document.addEventListener("toggle", (event) => event.target.id === "zoom" && opened(event), true);
document.addEventListener("input", (event) => {
  const zoom = event.target.closest(".zoom-scale")?.closest(".zoom");
  if (zoom) magnify(zoom, Number(event.target.value));
});

function opened(event) {
  if (event.newState !== "open") return;
  const zoom = event.target;
  const stage = zoom.querySelector(".zoom-stage");
  const scale = zoom.querySelector(".zoom-scale");
  const range = scale.querySelector("input");
  scale.hidden = false; // before measuring: it takes room from the stage
  range.min = wholePicture(stage);
  range.value = range.min;
  magnify(zoom, Number(range.value));
  if (stage.dataset.drags) return;
  stage.dataset.drags = "yes";
  stage.addEventListener("pointermove", (move) => {
    if (move.buttons !== 1 || move.pointerType === "touch") return; // a finger scrolls by itself
    stage.scrollLeft -= move.movementX;
    stage.scrollTop -= move.movementY;
  });
}

/** The per cent at which the picture is seen whole; never more than its own size. */
function wholePicture(stage) {
  const picture = stage.querySelector("img");
  const [across, down] = ["width", "height"].map((side) => Number(picture.getAttribute(side)));
  return Math.max(1, Math.floor(100 * Math.min(1, stage.clientWidth / across, stage.clientHeight / down)));
}

function magnify(zoom, percent) {
  const stage = zoom.querySelector(".zoom-stage");
  const x = kept(stage.scrollLeft, stage.clientWidth, stage.scrollWidth, stage.dataset.faceX);
  const y = kept(stage.scrollTop, stage.clientHeight, stage.scrollHeight, stage.dataset.faceY);
  zoom.style.setProperty("--magnification", percent / 100);
  zoom.querySelector("output").textContent = `${percent} %`;
  stage.scrollTo(x * stage.scrollWidth - stage.clientWidth / 2, y * stage.scrollHeight - stage.clientHeight / 2);
}

/** What stays in the middle, as a share of the picture: what was there; and where all was seen, the face. */
function kept(scrolled, seen, whole, face) {
  return whole > seen ? (scrolled + seen / 2) / whole : Number(face ?? 0.5);
}
