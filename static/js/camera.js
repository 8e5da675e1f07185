// Takes a photo with the camera and puts it where an upload would be. The buttons go where there can be no camera:
// browsers show none to pages that came over plain http from another machine.
const dialog = document.getElementById("camera");
const video = dialog.querySelector("video");
const words = dialog.querySelector("[role=status]");
const shoot = dialog.querySelector("[data-shoot]");
const REASONS = { NotAllowedError: "refused", NotFoundError: "missing", OverconstrainedError: "missing" };
let zone;

for (const button of document.querySelectorAll("[data-camera]")) {
  button.hidden = !navigator.mediaDevices?.getUserMedia;
  button.addEventListener("click", () => {
    zone = button.closest("drop-zone");
    dialog.showPopover();
  });
}

dialog.addEventListener("toggle", (event) => (event.newState === "open" ? start() : stop()));

async function start() {
  words.textContent = "";
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1920 }, facingMode: "user" } });
    if (!dialog.matches(":popover-open")) return end(stream);
    video.srcObject = stream;
    await video.play();
    shoot.disabled = false;
    shoot.focus();
  } catch (error) {
    words.textContent = dialog.dataset[REASONS[error.name] ?? "busy"];
  }
}

function stop() {
  shoot.disabled = true;
  if (video.srcObject) end(video.srcObject);
  video.srcObject = null;
}

function end(stream) {
  for (const track of stream.getTracks()) track.stop();
}

shoot.addEventListener("click", () => {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext("2d").drawImage(video, 0, 0);
  canvas.toBlob(
    (blob) => {
      zone.take([new File([blob], "camera.jpg", { type: "image/jpeg" })]);
      dialog.hidePopover();
    },
    "image/jpeg",
    0.95,
  );
});
