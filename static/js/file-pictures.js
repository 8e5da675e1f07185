// What is shown of a chosen file: the file itself, or a picture that the server made of a kind this browser can't show.
const addresses = new WeakMap();
const pictures = new WeakMap();

// One address a file, so that the same file shown again is known to be the same.
export function addressOf(file) {
  if (!addresses.has(file)) addresses.set(file, URL.createObjectURL(file));
  return addresses.get(file);
}

// What this browser can draw of a file.
export function drawable(file) {
  return pictures.get(file) ?? file;
}

export function showInstead(file, picture) {
  if (pictures.has(file)) return;
  pictures.set(file, picture);
  addresses.set(file, URL.createObjectURL(picture));
}
