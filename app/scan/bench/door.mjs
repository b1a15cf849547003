// From a code in view to the answer on the screen: door.mjs SERVER FOLDER. Runs the built server with
// a database of its own, pairs a kiosk, stands at the staff's door, and shows both a film of tickets:
// a different genuine one each time, the same ones again, and codes that are none (pictures of FOLDER,
// which the example `draw` wrote). A scanner that types is measured from its Enter. Prints a table in
// Markdown. Fails where an answer is missing or another than expected.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "../../../end2end/node_modules/playwright-core/index.mjs";
import { filmed } from "../../../end2end/chromium.mjs";
import { film, RATE, studio, COUNTED } from "./film.mjs";

const [server, pictures] = process.argv.slice(2).map((path) => resolve(path));
const root = resolve(import.meta.dirname, "../../..");
const MANY = Number(process.env.DOOR_SCANS ?? 24);
const ORIGIN = `http://127.0.0.1:${process.env.DOOR_PORT ?? 3901}`;
const PASSWORD = "demo-journeys-2026";
const AIM = 150;

const folder = mkdtempSync(join(tmpdir(), "linli-door-"));
const env = { ...process.env, DATABASE_URL: `sqlite://${folder}/linli.sqlite`, LINLI_DEMO_PASSWORD: PASSWORD };
const run = (...words) => execFileSync(server, words, { cwd: root, env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();

async function serve() {
  run("migrate");
  run("seed");
  const log = openSync(join(folder, "server.log"), "w");
  const address = new URL(ORIGIN).host;
  const child = spawn(server, ["serve", "--addr", address, "--sign-ins-per-minute", "1000"], { cwd: root, env, stdio: ["ignore", log, log] });
  for (const until = Date.now() + 30_000; ; ) {
    if ((await fetch(`${ORIGIN}/readyz`).catch(() => null))?.ok) return child;
    if (child.exitCode !== null || Date.now() > until) throw new Error(readFileSync(join(folder, "server.log"), "utf8"));
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function ask(token, path, body) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = await fetch(`${ORIGIN}/api/v1${path}`, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** So many people with a place in something that begins soon: each ticket's digits and picture. */
async function tickets(center, many) {
  const staff = run("token", "create", "--role", "center_manager", "--scope", center, "--label", "bench");
  const soon = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();
  const made = await ask(staff, `/centers/${center}/activities`, {
    title: "门口",
    kind: "community_activity",
    field: "elder",
    occurrences: [{ starts_at: soon(25), ends_at: soon(120), capacity: many }],
  });
  const [{ id }] = (await made.json()).occurrences;
  const all = [];
  for (let n = 0; n < many; n++) {
    const phone = `139${String(n).padStart(8, "0")}`;
    const token = run("token", "create", "--role", "resident", "--account", phone, "--label", "bench");
    const booking = await (await ask(token, `/occurrences/${id}/bookings`, {})).json();
    const png = await (await ask(token, `/bookings/${booking.id}/ticket.png?module=8`)).arrayBuffer();
    all.push({ text: booking.ticket.token, picture: `data:image/png;base64,${Buffer.from(png).toString("base64")}` });
  }
  return all;
}

/** Codes that are no tickets: few, one after the other and from the start again. */
function strangers() {
  const rows = readFileSync(join(pictures, "truth.tsv"), "utf8").trimEnd().split("\n").map((line) => line.split("\t"));
  const few = rows
    .filter(([, kind]) => kind === "plain")
    .map(([name, , text]) => ({ text, picture: `data:image/png;base64,${readFileSync(join(pictures, name)).toString("base64")}` }));
  return Array.from({ length: MANY }, (_, n) => few[n % few.length]);
}

const reel = join(folder, "camera.mjpeg");
const browser = () => chromium.launch(filmed(reel));

/** A page that tells its marks; `next(what)` waits for one. */
async function watched(context) {
  const page = await context.newPage();
  let marks = [];
  let waiting = () => {};
  await page.exposeFunction("mark", (mark) => {
    marks.push(mark);
    waiting();
  });
  await page.addInitScript({ path: join(import.meta.dirname, "marks.js") });
  const next = async (what) => {
    const until = Date.now() + 15_000;
    for (;;) {
      const at = marks.findIndex((mark) => mark.what === what);
      if (at >= 0) return marks.splice(at, 1)[0];
      if (Date.now() > until) throw new Error(`no ${what}; ${JSON.stringify(marks)} at ${page.url()}`);
      await new Promise((done) => {
        waiting = done;
        setTimeout(done, 250);
      });
    }
  };
  return { page, next, forget: () => (marks = []) };
}

/** When the first frame with the code was taken: frames that the page missed are counted back. */
function inView(view) {
  if (view.index >= COUNTED) throw new Error(`the page was shown code ${view.number} half a second late`);
  return (view.taken ?? view.at) - (view.index * 1000) / RATE;
}

/** Signs in; the code of the center that the worker works at. */
async function signIn(page) {
  await page.goto(`${ORIGIN}/staff/sign-in`);
  await page.locator("[name=username]").fill("luohu-social-worker");
  await page.locator("[name=password]").fill(PASSWORD);
  await page.locator("form[action='/staff/sign-in'] button[type=submit]").click();
  await page.waitForURL(`${ORIGIN}/staff`);
  await page.goto(`${ORIGIN}/staff/activities`);
  return page.url().match(/centers\/([^/]+)/)[1];
}

async function pair(page, staff, center) {
  await staff.goto(`${ORIGIN}/staff/centers/${center}/kiosks`);
  await staff.locator("[name=name]").fill("门口");
  await staff.locator("form:has([name=name]) button[type=submit]").click();
  const code = (await staff.locator(".pairing-code code").textContent()).trim().replace("-", "");
  await page.goto(`${ORIGIN}/kiosk/pair`);
  for (const key of code) await page.locator(`.key[value='${key}']`).click();
  await page.locator(".kiosk-key[data-tone=main]").click();
  await page.waitForURL(`${ORIGIN}/kiosk`);
}

const results = [];
const sorted = (times) => times.sort((a, b) => a - b);
/** `times` has of each scan how long it took until the code was sent, and until the answer. */
function note(door, way, answer, times) {
  const [sent, told] = [0, 1].map((which) => sorted(times.map((time) => time[which])));
  results.push({ door, way, answer, sent, told });
}

/** People one after the other before the staff's camera: 1.2 s each, half a second between. */
async function staffCamera(door, stage, codes, answer, shown) {
  film(reel, [stage.blank(60), ...codes.map((_, n) => [...stage.shown(n, 36), ...stage.blank(15)])].flat());
  await door.page.goto(`${ORIGIN}${door.path}`);
  door.forget();
  await door.page.locator(".door-camera button").first().click();
  const times = [];
  for (const n of codes.keys()) {
    const view = await door.next("view");
    if (view.number !== n) throw new Error(`code ${view.number} came in place of ${n}`);
    times.push(await measured(door, inView(view), shown, n));
  }
  await door.page.locator(".door-camera button").first().click();
  note("staff's page", "camera", answer, times);
}

async function leave(page) {
  await page.waitForURL(/\/kiosk\/result$/);
  await page.locator("form[action='/kiosk/done'] button").click();
  await page.waitForURL(/\/kiosk$/);
}

/** A kiosk's screen is a person's: each begins with the camera's start. */
async function kioskCamera(kiosk, stage, codes, answer, shown) {
  const times = [];
  for (const n of codes.keys()) {
    film(reel, [...stage.blank(50 + ((n * 7) % 11)), ...stage.shown(n, 90)]);
    await kiosk.page.goto(`${ORIGIN}/kiosk/check-in`);
    kiosk.forget();
    const view = await kiosk.next("view");
    times.push(await measured(kiosk, inView(view), shown, n));
    await leave(kiosk.page);
  }
  note("kiosk", "camera", answer, times);
}

async function measured(watch, since, shown, number) {
  const sent = await watch.next("sent");
  const told = await watch.next("answer");
  if (told.shown !== shown) throw new Error(`code ${number} was answered ${told.shown} in place of ${shown}: ${told.text}`);
  return [sent.at - since, told.at - since];
}

/** Types as a scanner does. The keys bring their times along, because a busy machine would make pauses
 * of its own; what is measured begins with the Enter. */
async function typed(watch, path, ready, code, shown, number) {
  await watch.page.goto(`${ORIGIN}${path}`);
  await watch.page.locator(ready).first().waitFor();
  watch.forget();
  await watch.page.evaluate((text) => {
    const field = document.activeElement.id === "code" && !document.querySelector(".kiosk-camera") ? document.activeElement : null;
    const begun = performance.now();
    [...text, "Enter"].forEach((key, n) => {
      const code = key === "Enter" ? key : `Digit${key}`;
      const event = new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true });
      Object.defineProperty(event, "timeStamp", { value: begun + 8 * n });
      (field ?? document.body).dispatchEvent(event);
    });
    // What the browser itself does with keys that a person presses in a field.
    if (field) {
      field.value = text;
      field.form.requestSubmit();
    }
  }, code.text);
  const enter = await watch.next("enter");
  return measured(watch, enter.at, shown, number);
}

async function kioskScanner(kiosk, stage, codes, answer, shown) {
  const times = [];
  film(reel, stage.blank(30));
  for (const [n, code] of codes.entries()) {
    times.push(await typed(kiosk, "/kiosk/check-in", ".kiosk-camera[data-runs]", code, shown, n));
    await leave(kiosk.page);
  }
  note("kiosk", "scanner that types", answer, times);
}

async function staffScanner(door, codes, answer, shown) {
  const times = [];
  for (const [n, code] of codes.entries()) {
    times.push(await typed(door, door.path, ".door-camera button", code, shown, n));
  }
  note("staff's page", "scanner that types", answer, times);
}

const percentile = (times, share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];

function table() {
  console.log("| door | way | answer | scans | code sent p50 | answer p50 | p95 | longest | aim |");
  console.log("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | --- |");
  for (const { door, way, answer, sent, told } of results) {
    const times = [percentile(sent, 0.5), ...[0.5, 0.95, 1].map((share) => percentile(told, share))];
    const reached = times[2] <= AIM ? "reached" : "not yet";
    const cells = times.map((time) => `${time.toFixed(0)} ms`);
    console.log(`| ${[door, way, answer, told.length, ...cells].join(" | ")} | ${AIM} ms: ${reached} |`);
  }
}

const child = await serve();
let open;
try {
  open = await browser();
  const tall = { width: 1080, height: 1920 };
  const door = await watched(await open.newContext({ locale: "zh-CN" }));
  const kiosk = await watched(await open.newContext({ locale: "zh-CN", viewport: tall }));
  const center = await signIn(door.page);
  door.path = `/staff/centers/${center}/door`;
  await pair(kiosk.page, door.page, center);

  const genuine = await tickets(center, 4 * MANY);
  const parts = [0, 1, 2, 3].map((part) => genuine.slice(part * MANY, (part + 1) * MANY));
  const unknown = strangers();
  const drawing = await open.newPage();
  const stages = [];
  for (const codes of [parts[0], parts[1], unknown]) stages.push(await studio(drawing, codes.map((code) => code.picture)));
  const strange = stages[2];
  await drawing.close();

  await staffCamera(door, stages[0], parts[0], "admitted", "good");
  await staffCamera(door, stages[0], parts[0], "already", "warn");
  await staffCamera(door, strange, unknown, "no ticket", "bad");
  await staffScanner(door, parts[2], "admitted", "good");
  await staffScanner(door, unknown, "no ticket", "bad");
  await door.page.goto("about:blank");
  await kioskCamera(kiosk, stages[1], parts[1], "admitted", "green");
  await kioskCamera(kiosk, stages[1], parts[1], "already", "amber");
  await kioskCamera(kiosk, strange, unknown, "no ticket", "red");
  await kioskScanner(kiosk, stages[1], parts[3], "admitted", "green");
  await kioskScanner(kiosk, stages[1], unknown, "no ticket", "red");
} finally {
  if (results.length) table();
  await open?.close();
  child.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}
