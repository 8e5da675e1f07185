// Points from a face on the photo to its answer: hovering or focusing one marks the other.
for (const box of document.querySelectorAll("a.face-box")) {
  const answer = document.querySelector(box.getAttribute("href"));
  const mark = (on) => answer.classList.toggle("pointed-at", on);
  for (const event of ["mouseenter", "focus"]) box.addEventListener(event, () => mark(true));
  for (const event of ["mouseleave", "blur"]) box.addEventListener(event, () => mark(false));
}
