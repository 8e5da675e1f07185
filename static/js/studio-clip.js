// A clip that is chosen or dropped as the photo to change goes to the page where its people are chosen.
const studio = document.getElementById("studio");
const target = studio.elements.target;
const isClip = (file) => /^video\/|^image\/gif$/.test(file?.type ?? "");

function leave(files) {
  const form = document.createElement("form");
  form.method = "post";
  form.enctype = "multipart/form-data";
  form.action = studio.dataset.clips;
  const input = document.createElement("input");
  input.type = "file";
  input.name = "clip";
  input.files = files;
  form.append(studio.elements.csrfmiddlewaretoken.cloneNode(), input);
  form.hidden = true;
  document.body.append(form);
  form.submit();
}

function taken(event, files) {
  if (files?.length !== 1 || !isClip(files[0])) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  leave(files);
}

// Before the zone itself looks at it.
target.closest("drop-zone").addEventListener("drop", (event) => taken(event, event.dataTransfer.files), true);
target.closest("drop-zone").addEventListener(
  "change",
  (event) => {
    if (event.target === target) taken(event, target.files);
  },
  true,
);
