// Takes back the last change in the studio: a photo, an option, or what happens to a face.
const form = document.getElementById("studio");
const button = document.getElementById("undo");
const MOST = 50;
const past = [];
let present = state();

button.addEventListener("click", undo);
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches?.("input[type=url], textarea");
  if (typing || event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
  event.preventDefault();
  undo();
});
for (const name of ["photo", "change"]) form.addEventListener(name, remember);
// Rows of the plan come when the faces were found; that they are there is nobody's change.
form.addEventListener("faces", () => {
  for (const [key, value] of state()) if (/^(use|face|box)_\d+$/.test(key)) present.set(key, value);
});

function remember() {
  const now = state();
  if (same(now, present)) return;
  past.push(present);
  if (past.length > MOST) past.shift();
  present = now;
  button.disabled = false;
}

function undo() {
  const before = past.pop();
  if (!before) return;
  present = before;
  button.disabled = !past.length;
  for (const element of elements()) {
    const value = before.get(keyOf(element));
    if (value !== undefined) write(element, value);
  }
  // Rows of the plan that are drawn anew, because the photo is another one again, ask here what they said.
  form.planned = before;
  for (const zone of form.querySelectorAll("drop-zone")) zone.refresh();
  form.dispatchEvent(new Event("change"));
}

function elements() {
  return [...form.elements].filter((element) => element.name && element.name !== "csrfmiddlewaretoken");
}

function keyOf(element) {
  return element.type === "radio" ? `${element.name}=${element.value}` : element.name;
}

function state() {
  return new Map(elements().map((element) => [keyOf(element), read(element)]));
}

function read(element) {
  if (element.type === "file") return [...element.files]; // a copy: browsers empty the list itself
  if (element.type === "radio" || element.type === "checkbox") return element.checked;
  return element.value;
}

function write(element, value) {
  if (element.type === "file") {
    const transfer = new DataTransfer();
    for (const file of value) transfer.items.add(file);
    element.files = transfer.files;
  } else if (element.type === "radio" || element.type === "checkbox") element.checked = value;
  else element.value = value;
}

function same(one, other) {
  return [...one].every(([key, value]) => {
    const earlier = other.get(key);
    if (earlier === undefined) return true;
    if (!Array.isArray(value)) return value === earlier;
    return value.length === earlier.length && value.every((file, index) => file === earlier[index]);
  });
}
