// Shows which faces are on a chosen photo, and in a group lets the person say what happens to each.
// Without it the largest face is changed.
const form = document.getElementById("studio");
const plan = document.getElementById("face-plan");
const row = document.getElementById("face-plan-row");
const price = document.querySelector("#pay span");

form.addEventListener("photo", (event) => look(event.target));
plan.addEventListener("change", priced);
for (const zone of document.querySelectorAll("drop-zone")) {
  if (zone.querySelector(".drop-zone.filled")) look(zone);
}

// Tells how many faces a zone's photo has, or that this is not known (yet).
function tell(zone, faces) {
  if (faces === undefined) delete zone.dataset.faces;
  else zone.dataset.faces = faces;
  zone.dispatchEvent(new CustomEvent("faces", { bubbles: true }));
}

async function look(zone) {
  const target = zone.dataset.name === "target";
  const note = zone.querySelector(".zone-note");
  const preview = zone.querySelector(".photo-preview");
  for (const box of preview.querySelectorAll(".face-box")) box.remove();
  note.textContent = "";
  note.classList.remove("field-error");
  if (target) showPlan([]);
  tell(zone);
  if (!zone.querySelector(".drop-zone.filled")) return;

  const asked = (zone.asked = Symbol("a later photo makes this answer worthless"));
  const answer = await ask(zone);
  if (zone.asked !== asked || !answer) return;
  const faces = answer.faces ?? [];
  if (answer.message || !faces.length) {
    note.textContent = answer.message ?? form.dataset.noFace;
    note.classList.add("field-error");
    return tell(zone, 0);
  }
  faces.forEach((face, index) => preview.append(outline(face, target && faces.length > 1 ? index : null)));
  if (target) showPlan(faces, preview.querySelector("img"));
  else if (faces[0].remarks.length) {
    note.textContent = form.dataset.poor.replace("{remarks}", faces[0].remarks.join(", "));
  }
  tell(zone, faces.length);
}

async function ask(zone) {
  const data = new FormData();
  data.set("role", zone.dataset.name);
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  const file = zone.querySelector("input[type=file]").files[0];
  const choice = zone.querySelector(".sample :checked");
  if (file) data.set("photo", file);
  else if (choice) data.set(choice.name.endsWith("_known") ? "known" : "sample", choice.value);
  for (const earlier of zone.querySelectorAll("input[type=hidden]")) data.set(earlier.name, earlier.value);
  try {
    const response = await fetch(form.dataset.faces, { method: "POST", body: data });
    return response.status === 200 || response.status === 400 ? await response.json() : null;
  } catch {
    return null; // the outlines are a help; the swap itself does not need them
  }
}

// In a group each outline is a button that leads to what happens to that face.
function outline(face, index) {
  const box = document.createElement(index === null ? "span" : "button");
  const [left, top, right, bottom] = face.box.map((share) => share * 100);
  box.className = "face-box";
  Object.assign(box.style, {
    left: `${left}%`,
    top: `${top}%`,
    width: `${right - left}%`,
    height: `${bottom - top}%`,
  });
  if (index !== null) {
    box.type = "button";
    box.textContent = index + 1;
    box.setAttribute("aria-label", form.dataset.faceName.replace("{n}", index + 1));
    box.addEventListener("click", () => askAbout(index));
  }
  return box;
}

function askAbout(index) {
  const select = plan.querySelector(`[name=use_${index}]`);
  select.closest("li").scrollIntoView({ block: "nearest" });
  select.focus();
  try {
    select.showPicker();
  } catch {
    // older browsers open no list by script; the focus is there all the same
  }
}

function showPlan(faces, image) {
  const list = plan.querySelector("ol");
  list.replaceChildren();
  plan.hidden = faces.length < 2;
  if (!plan.hidden) {
    const count = plan.querySelector("[data-count]");
    count.textContent = count.dataset.count.replace("{n}", faces.length);
    const largest = faces.reduce((best, face, index) => (face.area > faces[best].area ? index : best), 0);
    plan.dataset.largest = largest;
    faces.forEach((face, index) => list.append(planRow(face, index, index === largest, image)));
    form.planned = null;
  }
  priced();
}

function planRow(face, index, chosen, image) {
  const item = row.content.firstElementChild.cloneNode(true);
  item.querySelector(".number").textContent = index + 1;
  const select = item.querySelector("select");
  const file = item.querySelector("input");
  select.name = `use_${index}`;
  select.dataset.box = face.box.join(",");
  select.value = form.planned?.get(select.name) ?? (chosen ? "face" : "");
  file.name = `face_${index}`;
  file.hidden = select.value !== "other";
  select.addEventListener("change", () => (file.hidden = select.value !== "other"));
  const [left, top, right, bottom] = face.box;
  const { naturalWidth: width, naturalHeight: height } = image;
  item
    .querySelector("canvas")
    .getContext("2d")
    .drawImage(image, left * width, top * height, (right - left) * width, (bottom - top) * height, 0, 0, 72, 72);
  return item;
}

// The price follows the plan. Changing only the largest face is the plain swap, which needs no plan at all.
function priced() {
  const selects = [...plan.querySelectorAll("select")];
  const changed = selects.filter((select) => select.value);
  const plain =
    !changed.length ||
    (changed.length === 1 && changed[0].value === "face" && selects.indexOf(changed[0]) === Number(plan.dataset.largest));
  for (const select of selects) select.toggleAttribute("data-unused", plain);
  const { price: one, base, each, label } = form.dataset;
  price.textContent = label.replace("{n}", plain ? one : Number(base) + Number(each) * changed.length);
}

// What is not part of the request must not be sent: a disabled select would no longer take a choice.
form.addEventListener("formdata", (event) => {
  for (const select of plan.querySelectorAll("select[data-unused]")) event.formData.delete(select.name);
});
form.addEventListener("htmx:configRequest", (event) => {
  for (const select of plan.querySelectorAll("select[data-unused]")) event.detail.formData?.delete(select.name);
});
