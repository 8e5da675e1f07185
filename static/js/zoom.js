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

// By the wheel, and by two fingers; the point under them stays where it is.
document.addEventListener(
  "wheel",
  (event) => {
    const stage = event.target.closest(".zoom-stage");
    if (!stage) return;
    event.preventDefault();
    magnifyBy(stage.closest(".zoom"), Math.exp(-event.deltaY / 400), event);
  },
  { passive: false },
);
const fingers = new Map();
document.addEventListener("pointerdown", (event) => {
  if (event.pointerType === "touch" && event.target.closest(".zoom-stage")) fingers.set(event.pointerId, event);
});
document.addEventListener("pointermove", (event) => {
  if (!fingers.has(event.pointerId)) return;
  const before = spread();
  fingers.set(event.pointerId, event);
  if (fingers.size !== 2) return;
  const after = spread();
  magnifyBy(event.target.closest(".zoom"), after.distance / before.distance, after);
});
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, (event) => fingers.delete(event.pointerId));
}

/** How far two fingers are from each other, and the point between them. */
function spread() {
  const [one, other = one] = fingers.values();
  return {
    distance: Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY)),
    clientX: (one.clientX + other.clientX) / 2,
    clientY: (one.clientY + other.clientY) / 2,
  };
}

function magnifyBy(zoom, factor, { clientX, clientY }) {
  const range = zoom.querySelector(".zoom-scale input");
  const stage = zoom.querySelector(".zoom-stage");
  const frame = stage.getBoundingClientRect();
  const [x, y] = [clientX - frame.left, clientY - frame.top];
  const [left, top] = [(stage.scrollLeft + x) / stage.scrollWidth, (stage.scrollTop + y) / stage.scrollHeight];
  const wanted = Math.min(Number(range.max), Math.max(Number(range.min), Number(range.value) * factor));
  range.value = factor > 1 ? Math.ceil(wanted) : Math.floor(wanted);
  magnify(zoom, Number(range.value));
  stage.scrollTo(left * stage.scrollWidth - x, top * stage.scrollHeight - y);
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
