// Measures the built scanner in Chromium: camera.mjs SITE FOLDER. SITE is what `cargo xtask build`
// wrote, FOLDER what the example `draw` wrote. Prints two tables in Markdown: a camera that shows
// pictures from files, and the time that the WASM module, and jsQR, take for each picture of the folder.
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { chromium } from "../../../end2end/node_modules/playwright-core/index.mjs";
import { filmed } from "../../../end2end/chromium.mjs";

const [site, folder] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(join(site, "manifest.json"), "utf8"));
const truth = readFileSync(join(folder, "truth.tsv"), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => line.split("\t"))
  .map(([name, kind, ...texts]) => ({ name, kind, texts: texts.filter(Boolean) }));

const JSQR = join(import.meta.dirname, "../../../end2end/node_modules/jsqr/dist/jsQR.js");
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".png": "image/png" };
// The staff's camera as the door's page draws it; what it reads is sent to this page again.
const PAGE = `<!doctype html><title>camera</title>
<form class="door-form" method="post" action="/" data-in-place><input id="code" name="code"></form>
<figure class="door-camera" hidden data-worker="${manifest.scan_worker}" data-wasm="${manifest.scan_wasm}" data-looking=""
  data-several="" data-denied="denied" data-none="none" data-busy="busy" data-failed="failed" data-stop="stop">
<video muted playsinline hidden></video><figcaption></figcaption>
<button type="button">start</button><button type="button" hidden aria-pressed="false">torch</button></figure>
<script type="module" src="${manifest.desk_js}"></script>`;

const server = createServer((request, response) => {
  const path = normalize(new URL(request.url, "http://x").pathname);
  let file = join(site, path);
  if (path.startsWith("/pictures/")) file = join(folder, path.slice("/pictures/".length));
  if (path === "/jsqr.js") file = JSQR;
  const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";
  if (path === "/favicon.ico") {
    response.writeHead(204).end();
  } else if (path === "/") {
    response.setHeader("content-type", "text/html");
    response.setHeader("content-security-policy", policy);
    response.end(PAGE);
  } else if (existsSync(file)) {
    response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
    response.end(readFileSync(file));
  } else {
    response.writeHead(404).end();
  }
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const origin = `http://127.0.0.1:${server.address().port}/`;

/** In the page: notes what every worker is asked and what it answers. */
function watch() {
  const seen = { texts: {}, several: 0, times: [], first: null };
  const asked = new Map();
  const Real = window.Worker;
  window.Worker = class extends Real {
    constructor(address) {
      super(address);
      this.addEventListener("message", ({ data }) => {
        if (!data.texts?.length || !asked.has(data.id)) return;
        const now = performance.now();
        seen.first ??= now;
        seen.times.push(now - asked.get(data.id));
        if (data.texts.length > 1) seen.several += 1;
        for (const text of data.texts) seen.texts[text] = (seen.texts[text] ?? 0) + 1;
      });
    }
    postMessage(message, transfer) {
      if (message.id !== undefined) asked.set(message.id, performance.now());
      super.postMessage(message, transfer);
    }
  };
  Object.assign(window, { seen });
}

async function open(video) {
  const browser = await chromium.launch(filmed(video));
  const page = await browser.newPage();
  const complaints = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.addInitScript(watch);
  await page.goto(origin);
  await page.locator(".door-camera button").first().waitFor();
  return { browser, page, complaints };
}

const percentile = (times, share) =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))];
const round = (value) => (value === undefined ? "" : value.toFixed(0));

/** Shows the pictures one after the other, each for `seconds`, and collects what is read. */
async function camera(pictures, seconds) {
  const work = mkdtempSync(join(tmpdir(), "camera-"));
  const video = join(work, "camera.y4m");
  const inputs = pictures.flatMap((name) => ["-loop", "1", "-t", "1", "-i", join(folder, name)]);
  const fit = pictures
    .map((_, i) => `[${i}:v]scale=1280:720:force_original_aspect_ratio=decrease,pad=1280:720:-1:-1,fps=20[v${i}];`)
    .join("");
  const joined = pictures.map((_, i) => `[v${i}]`).join("");
  const filter = `${fit}${joined}concat=n=${pictures.length},format=yuv420p`;
  execFileSync("ffmpeg", ["-v", "error", ...inputs, "-filter_complex", filter, video]);
  const { browser, page, complaints } = await open(video);
  const result = await page.evaluate(async (seconds) => {
    const began = performance.now();
    let longest = 0;
    let last = began;
    let done = false;
    const beat = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (!done) requestAnimationFrame(beat);
    };
    requestAnimationFrame(beat);
    const button = document.querySelector(".door-camera button");
    button.click();
    await new Promise((wait) => setTimeout(wait, seconds * 1000));
    const track = document.querySelector("video").srcObject?.getTracks()[0];
    const said = document.querySelector("figcaption").textContent;
    button.click();
    done = true;
    const { first, ...seen } = window.seen;
    return { ...seen, first: first && first - began, errors: said ? [said] : [], longest, ended: track?.readyState };
  }, seconds);
  await browser.close();
  rmSync(work, { recursive: true });
  return { ...result, complaints };
}

const of = (kind, at = 0.5) => {
  const all = truth.filter((row) => row.kind === kind);
  return all[Math.floor(all.length * at)];
};
const scenes = [
  ["plain", [of("plain")]],
  ["aslant", [of("aslant")]],
  ["torch", [of("torch")]],
  ["noisy", [of("noisy")]],
  ["small", [of("small", 0.3)]],
  ["two codes", [of("two")]],
  ["no code", [of("none")]],
  ["one after the other", [of("none", 0.2), of("plain", 0.1), of("none", 0.6), of("screen")]],
];
console.log("| before the camera | answers in 6 s | frame to answer p50 | p95 | first answer after start | longest pause of the page |");
console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
let failed = false;
for (const [label, pictures] of scenes) {
  const result = await camera(pictures.map((p) => p.name), 6);
  const expected = pictures.flatMap((p) => p.texts);
  const read = Object.keys(result.texts);
  const wrong = read.filter((text) => !expected.includes(text));
  const missed = expected.filter((text) => !read.includes(text));
  const several = label !== "two codes" || result.several > 0;
  if (wrong.length + missed.length + result.errors.length + result.complaints.length > 0 || !several || result.ended !== "ended") {
    failed = true;
    console.error(label, { wrong, missed, ...result, times: undefined, texts: undefined });
  }
  const { times } = result;
  console.log(
    `| ${label} | ${times.length} | ${round(percentile(times, 0.5))} ms | ${round(percentile(times, 0.95))} ms | ${round(result.first ?? undefined)} ms | ${round(result.longest)} ms |`,
  );
}

const { browser, page } = await open();
console.log("\n| in the browser, each picture of the folder | read | wrong | median ms | p95 ms | longest ms |");
console.log("| --- | ---: | ---: | ---: | ---: | ---: |");

/** Has every picture read by the module's worker, or by jsQR in the page. */
async function all(effort) {
  return page.evaluate(
    async ({ manifest, names, effort }) => {
      const worker = new Worker(manifest.scan_worker);
      const ask = (message, transfer = []) =>
        new Promise((done, fail) => {
          worker.onmessage = ({ data }) => done(data);
          worker.onerror = fail;
          worker.postMessage(message, transfer);
        });
      const loaded = await ask({ wasm: new URL(manifest.scan_wasm, location).href });
      if (!loaded.ready) throw new Error(loaded.failed);
      if (effort === "jsQR" && !window.jsQR) await import("/jsqr.js");
      const answers = [];
      for (const name of names) {
        const bitmap = await createImageBitmap(await (await fetch(`/pictures/${name}`)).blob());
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const context = canvas.getContext("2d");
        context.drawImage(bitmap, 0, 0);
        const { width, height, data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
        if (effort === "jsQR") {
          const began = performance.now();
          const found = window.jsQR(data, width, height);
          answers.push({ texts: found?.data ? [found.data] : [], ms: performance.now() - began });
        } else {
          answers.push(await ask({ id: name, width, height, pixels: data.buffer, effort }, [data.buffer]));
        }
      }
      worker.terminate();
      return answers;
    },
    { manifest, names: truth.map((row) => row.name), effort },
  );
}

const LABELS = { quick: "ours, quick", 0: "ours, one frame of a camera", thorough: "ours, thorough", jsQR: "jsQR 1.4" };
for (const effort of ["quick", 0, "thorough", "jsQR"]) {
  const answers = await all(effort);
  const times = answers.map((answer) => answer.ms);
  const right = truth.filter((row, i) => row.texts.length && row.texts.every((t) => answers[i].texts.includes(t)));
  const wrong = truth.flatMap((row, i) => answers[i].texts.filter((t) => !row.texts.includes(t)));
  console.log(
    `| ${LABELS[effort]} | ${right.length} | ${wrong.length} | ${round(percentile(times, 0.5))} | ${round(percentile(times, 0.95))} | ${round(percentile(times, 1))} |`,
  );
}
await browser.close();
server.close();
process.exit(failed ? 1 : 0);
