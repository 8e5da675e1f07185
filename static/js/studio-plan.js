// What happens to each face that was found: one plan, made here, from which come the preview, the price and the swap.
// Without this script the largest face is changed.
import { addressOf } from "./file-pictures.js";

const form = document.getElementById("studio");
const plan = document.getElementById("face-plan");
const list = plan.querySelector("ol");
const rowTemplate = document.getElementById("face-plan-row");
const pay = document.getElementById("pay");
const payWords = pay.querySelector("span");
const payNote = document.getElementById("pay-note");
const [faceZone, targetZone] = ["face", "target"].map((name) => form.querySelector(`drop-zone[data-name=${name}]`));
let planned = targetZone.faces;

form.addEventListener("faces", (event) => {
  if (event.target === targetZone && planned !== targetZone.faces) showPlan();
  update();
});
form.addEventListener("change", update);
form.addEventListener("input", (event) => event.target.type === "url" && update());
// After htmx has given the button back.
form.addEventListener("htmx:afterRequest", () => setTimeout(update));

function showPlan() {
  planned = targetZone.faces;
  list.replaceChildren();
  plan.hidden = planned.length < 2;
  if (!planned.length) return;
  const count = plan.querySelector("[data-count]");
  count.textContent = count.dataset.count.replace("{n}", planned.length);
  const largest = planned.reduce((best, face, index) => (face.area > planned[best].area ? index : best), 0);
  planned.forEach((face, index) => list.append(row(face, index, index === largest)));
  form.planned = null;
}

function row(face, index, chosen) {
  const item = rowTemplate.content.firstElementChild.cloneNode(true);
  item.dataset.index = index;
  item.querySelector(".number").textContent = index + 1;
  const select = item.querySelector("select");
  const [box, file] = ["hidden", "file"].map((type) => item.querySelector(`input[type=${type}]`));
  select.name = `use_${index}`;
  select.value = form.planned?.get(select.name) ?? (chosen ? "face" : "");
  for (const named of [select, file, item.querySelector("[data-pick]")]) {
    named.setAttribute("aria-label", named.getAttribute("aria-label").replace("{n}", index + 1));
  }
  box.name = `box_${index}`;
  box.value = face.box.join(",");
  file.name = `face_${index}`;
  drawFace(item.querySelector("canvas"), face);
  return item;
}

function drawFace(canvas, face) {
  const [left, top, right, bottom] = face.box;
  const { naturalWidth: width, naturalHeight: height } = targetZone.image;
  const from = [left * width, top * height, (right - left) * width, (bottom - top) * height];
  canvas.getContext("2d").drawImage(targetZone.image, ...from, 0, 0, canvas.width, canvas.height);
}

// Everything that follows from the plan: which rows and outlines show what, the price, and whether it can be paid.
function update() {
  const rows = [...list.children].map((item) => ({
    item,
    use: item.querySelector("select").value,
    file: item.querySelector("input[type=file]"),
  }));
  for (const { item, use, file } of rows) {
    file.hidden = use !== "other";
    showUse(item, use, file.files[0]);
  }
  const changed = rows.filter(({ use }) => use);
  const why = missing(rows, changed);
  const blind = !rows.length && !why;
  form.dataset.plan = why || blind ? "" : "shown";
  pay.disabled = Boolean(why);
  payNote.textContent = why;
  const { price: one, base, each } = form.dataset;
  const price = changed.length > 1 ? Number(base) + Number(each) * changed.length : Number(one);
  const words = (blind ? "blind" : "label") + (price === 1 ? "One" : "");
  payWords.textContent = form.dataset[words].replace("{n}", price);
}

// The new face beside the old one, and in a corner of its outline.
function showUse(item, use, file) {
  const option = item.querySelector(`option[value="${use}"]`);
  const source = {
    face: faceZone.empty || faceZone.image.hidden ? "" : faceZone.image.src,
    other: file ? addressOf(file) : "",
  };
  const address = source[use] ?? option?.dataset.photo ?? "";
  const outline = targetZone.querySelector(`.face-box[data-index="${item.dataset.index}"]`);
  outline?.classList.toggle("stays", !use);
  outline?.querySelector("img")?.remove();
  for (const place of [item.querySelector("[data-pick]"), outline]) {
    if (!place) continue;
    const image = place.querySelector("img") ?? place.appendChild(document.createElement("img"));
    image.alt = "";
    image.hidden = !address;
    if (address) image.src = address;
    else image.removeAttribute("src");
  }
}

const given = (zone) => !zone.empty || Boolean(zone.querySelector("input[type=url]")?.value);

// Why nothing can be paid for yet; empty where all is there.
function missing(rows, changed) {
  const words = form.dataset;
  if (!given(targetZone)) return given(faceZone) ? words.needTarget : words.needBoth;
  if (targetZone.dataset.look === "looking") return words.looking;
  if (targetZone.dataset.look === "unusable") return words.unusable;
  if (rows.length && !changed.length) return words.nobody;
  const photo = changed.find(({ use, file }) => use === "other" && !file.files.length);
  if (photo) return words.needOther.replace("{n}", Number(photo.item.dataset.index) + 1);
  if (rows.length && !changed.some(({ use }) => use === "face")) return "";
  if (!given(faceZone)) return words.needFace;
  return faceZone.dataset.look === "unusable" ? words.unusable : "";
}

update();
