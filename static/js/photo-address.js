// Fetches a photo from the web through the server, so that it is seen before anything is paid. Without this script the
// address is sent with the form, and the worker fetches it.
import { post } from "./session.js";

const form = document.querySelector("form[data-fetched]");

for (const button of form.querySelectorAll("[data-fetch]")) {
  const zone = button.closest("drop-zone");
  const field = zone.querySelector("input[type=url]");
  button.addEventListener("click", () => bring(zone, field, button));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // Enter fetches; it must not pay for a swap
    bring(zone, field, button);
  });
}

async function bring(zone, field, button) {
  if (!field.value.trim()) return field.focus();
  const note = zone.querySelector(".zone-note");
  note.classList.remove("field-error");
  note.textContent = form.dataset.fetching;
  button.disabled = true;
  const problem = await fetched(zone, field.value).catch(() => form.dataset.fetchFailed);
  button.disabled = false;
  if (!problem) return zone.querySelector(".zone-address").removeAttribute("open");
  note.textContent = problem;
  note.classList.add("field-error");
}

async function fetched(zone, url) {
  const data = new FormData();
  data.set("url", url);
  const response = await post(form.dataset.fetched, data);
  if (!response.ok) return (await response.json()).message;
  const name = `${decodeURIComponent(new URL(url).pathname.split("/").pop()).replace(/\.\w+$/, "") || "photo"}.jpg`;
  zone.take([new File([await response.blob()], name, { type: "image/jpeg" })]);
  return "";
}
