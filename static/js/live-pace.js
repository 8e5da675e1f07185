// How often, how large and how fine frames are sent, from how long they take to come back.
const SIZES = [320, 480, 640];
const SLOW = 350;
const QUICK = 150;

export class Pace {
  constructor(maxFps) {
    this.interval = 1000 / maxFps;
    this.sent = new Map();
    this.next = 0;
    this.id = 0;
    this.delay = 0;
    this.quality = 0.8;
    this.size = SIZES.length - 1;
    this.answers = [];
  }

  get width() {
    return SIZES[this.size];
  }

  // Whether a frame may leave now: not faster than the server takes them, and not many on the way at once.
  ready(now) {
    for (const [id, entry] of this.sent) if (now - entry.at > 2000) this.drop(id);
    const onTheWay = Math.min(4, Math.max(1, Math.ceil(this.delay / this.interval)));
    if (now < this.next || this.sent.size >= onTheWay) return false;
    this.next = Math.max(this.next + this.interval, now);
    return true;
  }

  leave(now, picture) {
    const id = ++this.id;
    this.sent.set(id, { at: now, picture });
    return id;
  }

  // The frame that an answer belongs to; older ones were dropped on the way.
  arrive(id, now) {
    const entry = this.sent.get(id);
    for (const older of [...this.sent.keys()].filter((other) => other < id)) this.drop(older);
    this.sent.delete(id);
    if (!entry) return null;
    const took = now - entry.at;
    this.delay = this.delay ? this.delay + 0.1 * (took - this.delay) : took;
    this.answers = [...this.answers.filter((at) => now - at < 2000), now];
    this.adapt();
    return entry.picture;
  }

  adapt() {
    if (this.delay > SLOW) {
      if (this.quality > 0.5) this.quality -= 0.02;
      else if (this.size > 0) [this.size, this.quality, this.delay] = [this.size - 1, 0.7, QUICK];
    } else if (this.delay < QUICK) {
      if (this.quality < 0.85) this.quality += 0.005;
      else if (this.size < SIZES.length - 1) [this.size, this.quality] = [this.size + 1, 0.6];
    }
  }

  get fps() {
    const [first, last] = [this.answers[0], this.answers.at(-1)];
    return last > first ? ((this.answers.length - 1) * 1000) / (last - first) : 0;
  }

  drop(id) {
    this.sent.get(id)?.picture.close();
    this.sent.delete(id);
  }

  clear() {
    for (const id of this.sent.keys()) this.drop(id);
    this.answers = [];
    this.delay = 0;
  }
}
