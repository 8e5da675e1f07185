// The camera: opened, drawn into JPEG frames, closed; and what to say when it can't be had.
export class Camera {
  constructor(video) {
    this.video = video;
    this.canvas = document.createElement("canvas");
    this.context = this.canvas.getContext("2d", { alpha: false });
  }

  // Resolves when pictures come; rejects with the name under which the page keeps its words.
  async open() {
    if (!navigator.mediaDevices?.getUserMedia) throw new Error(window.isSecureContext ? "missing" : "insecure");
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 }, facingMode: "user" },
        audio: false,
      });
    } catch (error) {
      const names = {
        NotAllowedError: "refused",
        SecurityError: "refused",
        NotReadableError: "busy",
        AbortError: "busy",
      };
      throw new Error(names[error.name] || "missing", { cause: error });
    }
    this.video.srcObject = this.stream;
    await this.video.play();
  }

  close() {
    for (const track of this.stream?.getTracks() || []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  // One frame at most `width` pixels wide, as a JPEG; mirrored here, so that words drawn into it later are not.
  async frame(width, quality, mirrored) {
    const scale = Math.min(1, width / Math.max(this.video.videoWidth, this.video.videoHeight));
    const size = [this.video.videoWidth, this.video.videoHeight].map((side) => Math.round(side * scale));
    if (this.canvas.width !== size[0] || this.canvas.height !== size[1]) [this.canvas.width, this.canvas.height] = size;
    this.context.setTransform(mirrored ? -1 : 1, 0, 0, 1, mirrored ? size[0] : 0, 0);
    this.context.drawImage(this.video, 0, 0, ...size);
    const picture = await createImageBitmap(this.canvas);
    const blob = await new Promise((resolve) => this.canvas.toBlob(resolve, "image/jpeg", quality));
    return { picture, jpeg: await blob.arrayBuffer() };
  }
}
