// Messages that close on a click; those that only confirm something also go by themselves.
const SHOWN_MS = 6000;

for (const toast of document.querySelectorAll(".toast")) {
  toast.querySelector("button").addEventListener("click", () => toast.remove());
  if (toast.dataset.level === "success" || toast.dataset.level === "info") {
    const timer = setTimeout(() => toast.remove(), SHOWN_MS);
    // Someone who is reading or about to click is not hurried.
    for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, () => clearTimeout(timer));
  }
}
