// The studio's upload: shows how far it is, and says so where the connection breaks.
const form = document.getElementById("studio");
const bar = document.getElementById("upload");

form.addEventListener("htmx:xhr:progress", (event) => {
  if (!event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = (100 * event.detail.loaded) / event.detail.total;
});

form.addEventListener("htmx:afterRequest", () => {
  bar.hidden = true;
});

// When the server can't be asked by script, the plain form still can.
form.addEventListener("htmx:sendError", () => form.submit());
