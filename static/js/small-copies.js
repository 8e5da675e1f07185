// Small copies of chosen photos, for what is only looked at: the server works on no more than this for a preview.
import { drawable } from "./file-pictures.js";

const SIDE = 1280; // pixels
const copies = new WeakMap();

export async function smallCopy(file) {
  const source = drawable(file);
  if (!copies.has(source)) copies.set(source, await smaller(source));
  return copies.get(source);
}

async function smaller(file) {
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
  } catch {
    return file; // a kind that this browser does not show, such as HEIC; the server opens it
  }
}
