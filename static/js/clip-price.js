// Tells the price of a clip's swap as people, faces and the part change. The server counts it all the same.
const choice = () => document.getElementById("clip-form");

function seconds(form) {
  const length = Number(form.dataset.length);
  const begin = Number(form.elements.begin.value || 0);
  const end = Math.min(Number(form.elements.end.value || length), length);
  return Math.max(1, Math.ceil(end - begin - 1e-6));
}

function faces(form) {
  const chosen = [...form.querySelectorAll(".clip-people li")];
  return chosen.filter((person) => [...person.querySelectorAll("[data-face]")].some((field) => field.value)).length;
}

function tell() {
  const form = choice();
  if (!form) return;
  const price = seconds(form) * Math.max(1, faces(form)) * Number(form.dataset.second);
  const words = price === 1 ? form.dataset.one : form.dataset.many.replace("{n}", price);
  document.getElementById("clip-pay").textContent = words;
}

document.addEventListener("input", tell);
document.addEventListener("change", tell);
tell();
