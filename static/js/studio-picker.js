// Chooses by pictures what happens to a face of a group; what was chosen stands in the list beside it.
const picker = document.getElementById("face-picker");
const plan = document.getElementById("face-plan");
const title = picker.querySelector("h2");
let row;
let opener;

plan.addEventListener("click", (event) => {
  const button = event.target.closest("[data-pick]");
  if (button) open(button.closest("li"), button);
});
document.querySelector("drop-zone[data-name=target]").addEventListener("click", (event) => {
  const outline = event.target.closest("button.face-box");
  if (outline) open(plan.querySelector(`li[data-index="${outline.dataset.index}"]`), outline);
});
picker.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-use]");
  if (choice) choose(choice.dataset.use);
});

function open(item, from) {
  [row, opener] = [item, from];
  const number = Number(row.dataset.index) + 1;
  title.textContent = title.dataset.words.replace("{n}", number);
  picker.querySelector("canvas").getContext("2d").drawImage(row.querySelector("canvas"), 0, 0);
  const face = picker.querySelector('[data-use="face"] img');
  const chosen = document.querySelector("drop-zone[data-name=face] .photo-preview img");
  face.hidden = !chosen.src;
  if (chosen.src) face.src = chosen.src;
  const use = row.querySelector("select").value;
  for (const choice of picker.querySelectorAll("[data-use]")) {
    choice.setAttribute("aria-pressed", choice.dataset.use === use);
  }
  picker.showPopover();
  picker.querySelector('[aria-pressed="true"]')?.focus();
}

function choose(use) {
  const select = row.querySelector("select");
  select.value = use;
  picker.hidePopover();
  opener.focus(); // where the person was, which on a phone is the photo and not the list below it
  select.dispatchEvent(new Event("change", { bubbles: true }));
  if (use === "other") row.querySelector("input[type=file]").click();
}
