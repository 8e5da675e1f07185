// The protocol's conversation, spoken by the official client: node conversation.cjs MODULE URL FOLDER
// FOLDER holds face.jpg and frame-0.jpg to frame-9.jpg. Prints what happened as one JSON object.
const fs = require("node:fs");
const path = require("node:path");
const [modulePath, url, folder] = process.argv.slice(2);
const { io } = require(modulePath);

const file = (name) => fs.readFileSync(path.join(folder, name));
const frames = Array.from({ length: 10 }, (_, number) => "data:image/jpeg;base64," + file(`frame-${number}.jpg`).toString("base64"));
const next = (socket, event) => new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(new Error(`no ${event}`)), 30000);
  socket.once(event, (value) => (clearTimeout(timer), resolve(value)));
});

async function guest() {
  const page = await fetch(`${url}/live/`);
  return page.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
}

const open = (cookie, options = {}) => io(url, { forceNew: true, extraHeaders: { cookie }, ...options });

async function upload(cookie) {
  const form = new FormData();
  form.append("image", new Blob([file("face.jpg")], { type: "image/jpeg" }), "face.jpg");
  return (await fetch(`${url}/upload_source`, { method: "POST", body: form, headers: { cookie } })).json();
}

// Sent again where it came too soon after the one before and was dropped. Where both came through there are two answers:
// what is told is the one to this frame, by its number. A frame that is not wrapped has none.
let number = 0;
async function show(socket, frame) {
  const wrapped = typeof frame === "object" && !Buffer.isBuffer(frame);
  const sent = wrapped ? { ...frame, id: ++number } : frame;
  const timer = setInterval(() => socket.emit("process_frame", sent), 500);
  socket.emit("process_frame", sent);
  try {
    for (;;) {
      const answer = await next(socket, "processed_frame");
      if (answer.id === sent.id) return answer;
    }
  } finally {
    clearInterval(timer);
  }
}

async function main() {
  const told = {};
  const cookie = await guest();
  const first = open(cookie);
  await next(first, "connect");
  told.before = (await show(first, { frame: frames[0] })).error;
  told.upload = await upload(cookie);
  const answers = [];
  for (let number = 0; number < 100; number++) answers.push(await show(first, { frame: frames[number % 10] }));
  told.swapped = answers.filter((answer) => answer.success).length;
  told.as_text = answers[0].processed.startsWith("data:image/jpeg;base64,");
  told.with_stats = answers.filter((answer) => answer.stats).length;
  told.transport = first.io.engine.transport.name;
  const bytes = await show(first, file("frame-0.jpg"));
  told.as_bytes = bytes.success && Buffer.isBuffer(bytes.processed);
  told.malformed = (await show(first, "hello")).error; // a refusal carries no number
  let burst = 0;
  first.on("processed_frame", () => burst++);
  for (let number = 0; number < 16; number++) first.emit("process_frame", { frame: frames[0] });
  await new Promise((resolve) => first.emit("set_options", { strength: 1 }, resolve));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  told.burst = burst;
  first.removeAllListeners("processed_frame");
  first.emit("clear_source");
  told.cleared = (await next(first, "status_update")).message;
  told.after_clear = (await show(first, { frame: frames[0] })).success;

  const second = open(cookie, { transports: ["websocket"] });
  const gone = next(first, "disconnect");
  told.taken_over = (await next(first, "status_update")).reason;
  told.gone = await gone;
  const other = open(await guest());
  await next(other, "connect");
  const tooMany = open(await guest(), { reconnection: false });
  told.full = (await next(tooMany, "connect_error")).data;
  other.emit("process_frame", { frame: frames[0] });
  other.disconnect();
  second.disconnect();
  tooMany.disconnect();
  return told;
}

main().then((told) => { console.log(JSON.stringify(told)); process.exit(0); }, (error) => { console.error(error); process.exit(1); });
