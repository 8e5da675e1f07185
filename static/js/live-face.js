// The face to wear: what the drop zone holds, on its way to the server, which never needs it large.
import { smallCopy } from "./small-copies.js";

export class Face {
  constructor(zone, address) {
    this.zone = zone;
    this.address = address;
  }

  get chosen() {
    return Boolean(this.file || this.choice("sample") || this.choice("known"));
  }

  get file() {
    return this.zone.querySelector("input[type=file]").files[0];
  }

  choice(name) {
    return this.zone.querySelector(`input[name=${name}]:checked`);
  }

  // What the server says: { success, message }; null where it can't be reached.
  async send() {
    try {
      const reply = await fetch(this.address, { method: "POST", body: await this.form() });
      return await reply.json();
    } catch {
      return null;
    }
  }

  async form() {
    const form = new FormData();
    const sample = this.choice("sample");
    if (!this.file && sample) {
      form.append("sample", sample.value);
      return form;
    }
    const photo = this.file ?? (await this.known());
    const copy = await smallCopy(photo);
    form.append("image", copy, copy === photo ? photo.name : "face.jpg");
    return form;
  }

  // A face that the account has already is fetched like any picture of its own.
  async known() {
    const reply = await fetch(this.choice("known").dataset.photo);
    if (!reply.ok) throw new Error("lost");
    return new File([await reply.blob()], "face.jpg");
  }
}
