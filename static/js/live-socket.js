// A small client of Engine.IO 4 and Socket.IO 5 over WebSocket alone, for one namespace. It keeps the official client's
// habits: reconnects by itself with growing, scattered delays, but not after the server itself ended the connection.
const OPEN = "0";
const CLOSE = "1";
const PING = "2";
const PONG = "3";
const MESSAGE = "4";
const CONNECT = "0";
const DISCONNECT = "1";
const EVENT = "2";
const CONNECT_ERROR = "4";
const BINARY_EVENT = "5";
const BINARY_ACK = "6";
const FIRST_DELAY = 1000;
const LARGEST_DELAY = 5000;
const SCATTER = 0.5;

// Takes ArrayBuffers out of a value and leaves placeholders.
export function pack(type, value, id = "") {
  const buffers = [];
  const text = JSON.stringify(value, (_key, part) => {
    if (part instanceof ArrayBuffer) return { _placeholder: true, num: buffers.push(part) - 1 };
    return part;
  });
  if (!buffers.length) return { text: `${type}${id}${text}`, buffers };
  const binary = type === EVENT ? BINARY_EVENT : BINARY_ACK;
  return { text: `${binary}${buffers.length}-${id}${text}`, buffers };
}

export function unpack(text) {
  const [, type, count, id, json] = /^(\d)(?:(\d+)-)?(?:\/[^,]*,)?(\d+)?([^]*)$/.exec(text);
  return {
    type,
    missing: Number(count || 0),
    id: id === undefined ? null : Number(id),
    value: json ? JSON.parse(json) : null,
  };
}

// Puts buffers back where their placeholders are.
export function fill(value, buffers) {
  if (Array.isArray(value)) return value.map((part) => fill(part, buffers));
  if (value === null || typeof value !== "object") return value;
  if (value._placeholder) return buffers[value.num];
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, fill(part, buffers)]));
}

export class LiveSocket {
  constructor(url, { auth = null } = {}) {
    this.url = url.replace(/^http/, "ws");
    this.auth = auth;
    this.connected = false;
    this.listeners = new Map();
    this.acks = new Map();
    this.nextAck = 0;
    this.attempts = 0;
  }

  on(event, listener) {
    this.listeners.set(event, [...(this.listeners.get(event) || []), listener]);
    return this;
  }

  connect() {
    this.wanted = true;
    clearTimeout(this.retry);
    const socket = new WebSocket(`${this.url}/socket.io/?EIO=4&transport=websocket`);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.partial = null;
    socket.addEventListener("message", ({ data }) => socket === this.socket && this.received(data));
    socket.addEventListener("close", () => socket === this.socket && this.lost("transport close"));
    return this;
  }

  close() {
    this.wanted = false;
    clearTimeout(this.retry);
    if (this.socket?.readyState === 1) this.socket.send(MESSAGE + DISCONNECT);
    this.lost("io client disconnect");
  }

  emit(event, ...values) {
    if (this.connected) this.send(EVENT, [event, ...values]);
    return this.connected;
  }

  // Like emit, and resolves with what the server acknowledges it with.
  call(event, ...values) {
    return new Promise((resolve, reject) => {
      if (!this.connected) return reject(new Error("not connected"));
      const id = this.nextAck++;
      const timer = setTimeout(() => this.acks.delete(id) && reject(new Error("timeout")), 10000);
      this.acks.set(id, (value) => {
        clearTimeout(timer);
        resolve(value);
      });
      this.send(EVENT, [event, ...values], id);
    });
  }

  // How many bytes still wait to leave: more than a frame's worth means that the line is slow.
  get waiting() {
    return this.socket?.bufferedAmount || 0;
  }

  send(type, value, id) {
    const { text, buffers } = pack(type, value, id);
    this.socket.send(MESSAGE + text);
    for (const buffer of buffers) this.socket.send(buffer);
  }

  tell(event, ...values) {
    for (const listener of this.listeners.get(event) || []) listener(...values);
  }

  received(data) {
    this.watch();
    if (typeof data !== "string") return this.attachment(data);
    const kind = data[0];
    const rest = data.slice(1);
    if (kind === OPEN) {
      const { pingInterval, pingTimeout } = JSON.parse(rest);
      this.patience = pingInterval + pingTimeout;
      this.socket.send(MESSAGE + CONNECT + (this.auth ? JSON.stringify(this.auth) : ""));
    } else if (kind === PING) {
      this.socket.send(PONG + rest);
    } else if (kind === CLOSE) {
      this.lost("transport close");
    } else if (kind === MESSAGE) {
      this.packet(unpack(rest));
    }
  }

  packet(packet) {
    if (packet.missing) {
      this.partial = { ...packet, buffers: [] };
    } else if (packet.type === CONNECT) {
      this.connected = true;
      this.attempts = 0;
      this.tell("connect");
    } else if (packet.type === CONNECT_ERROR) {
      this.wanted = false;
      this.lost("");
      this.tell("connect_error", packet.value);
    } else if (packet.type === DISCONNECT) {
      this.wanted = false;
      this.lost("io server disconnect");
    } else {
      this.deliver(packet, packet.value);
    }
  }

  attachment(data) {
    const partial = this.partial;
    if (!partial || partial.buffers.push(data) < partial.missing) return;
    this.partial = null;
    this.deliver(partial, fill(partial.value, partial.buffers));
  }

  deliver({ type, id }, values) {
    if (type === EVENT || type === BINARY_EVENT) return this.tell(...values);
    this.acks.get(id)?.(values[0]);
    this.acks.delete(id);
  }

  // The server pings; who hears nothing for longer than it promised has lost it.
  watch() {
    clearTimeout(this.watchdog);
    if (this.patience) this.watchdog = setTimeout(() => this.lost("ping timeout"), this.patience);
  }

  lost(reason) {
    const socket = this.socket;
    this.socket = null;
    clearTimeout(this.watchdog);
    if (socket) socket.close();
    const was = this.connected;
    this.connected = false;
    if (was) this.tell("disconnect", reason);
    if (!this.wanted) return;
    const delay = Math.min(FIRST_DELAY * 2 ** this.attempts++, LARGEST_DELAY);
    this.retry = setTimeout(() => this.connect(), delay * (1 - SCATTER + 2 * SCATTER * Math.random()));
  }
}
