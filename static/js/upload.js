// The studio's upload: shows how far it is, and says where the connection breaks. Photos and choices stay.
const form = document.getElementById("studio");
const bar = document.getElementById("upload");
const lost = document.getElementById("lost");

form.addEventListener("htmx:xhr:progress", (event) => {
  if (!event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = (100 * event.detail.loaded) / event.detail.total;
});

form.addEventListener("htmx:afterRequest", () => {
  bar.hidden = true;
});

form.addEventListener("htmx:sendError", () => {
  lost.hidden = false;
});

form.addEventListener("htmx:beforeRequest", () => {
  lost.hidden = true;
});
