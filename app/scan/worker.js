// The decoder's Web Worker, as a classic script: it runs in every browser that has WebAssembly,
// WeChat's and Safari 14 among them. Not gloo's worker, which is half as large again and copies every
// frame: README.md has the numbers.
//
// in:  { wasm: URL }                                   once, first
//      { id, width, height, pixels: ArrayBuffer }      RGBA, or one byte a pixel
//      { id, bitmap: ImageBitmap }                     where the worker can draw (OffscreenCanvas)
//      either may have effort: "quick", "thorough", or a number, which is a camera's frame; where
//      it is missing, frames are counted here
// out: { ready: true } or { failed: text }             after the first
//      { id, texts: [], corners: [[x, y, …8], …], ms } for each picture
//      { id, dropped: true }                           for one that a later one overtook
"use strict";

let code = null;
let decoder = null;
let waiting = null;
let scheduled = false;
let frames = 0;

/** More memory than this is given back by starting the module anew. */
const MOST_MEMORY = 192 * 1024 * 1024;

/** For the module: -1 quick, -2 thorough, else the number of a camera's frame. */
function effortOf(effort) {
  if (effort === "quick") return -1;
  if (effort === "thorough") return -2;
  return (typeof effort === "number" ? effort : frames++) & 0xffff;
}

async function load(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  code = await WebAssembly.compile(await response.arrayBuffer());
  decoder = (await WebAssembly.instantiate(code)).exports;
}

/** A trap leaves the module in an unknown state; too large it is not to become either. */
async function renew() {
  decoder = null;
  decoder = (await WebAssembly.instantiate(code)).exports;
}

function pixelsOf(picture) {
  if (!picture.bitmap) {
    return [picture.width, picture.height, new Uint8Array(picture.pixels)];
  }
  const { width, height } = picture.bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(picture.bitmap, 0, 0);
  picture.bitmap.close();
  return [width, height, context.getImageData(0, 0, width, height).data];
}

function decode(picture) {
  const [width, height, pixels] = pixelsOf(picture);
  const channels = pixels.length === width * height ? 1 : 4;
  const place = decoder.input(pixels.length);
  if (place === 0) return { texts: [], corners: [] };
  new Uint8Array(decoder.memory.buffer, place, pixels.length).set(pixels);
  const length = decoder.read(width, height, channels, effortOf(picture.effort));
  const answer = new DataView(decoder.memory.buffer, decoder.output(), length);
  const texts = [];
  const corners = [];
  for (let at = 0; at < length; ) {
    const size = answer.getUint32(at, true);
    at += 4;
    texts.push(new TextDecoder().decode(new Uint8Array(answer.buffer, answer.byteOffset + at, size)));
    at += size;
    const places = [];
    for (let i = 0; i < 8; i++, at += 4) places.push(answer.getFloat32(at, true));
    corners.push(places);
  }
  return { texts, corners };
}

async function work() {
  scheduled = false;
  const picture = waiting;
  waiting = null;
  if (!picture) return;
  const started = performance.now();
  let found = { texts: [], corners: [] };
  try {
    found = decode(picture);
    if (decoder.memory.buffer.byteLength > MOST_MEMORY) await renew();
  } catch (error) {
    await renew();
  }
  postMessage({ id: picture.id, ms: performance.now() - started, ...found });
  schedule();
}

/** Later messages that have already come are seen before the next picture is read. */
function schedule() {
  if (scheduled || !waiting || !decoder) return;
  scheduled = true;
  setTimeout(work, 0);
}

onmessage = ({ data }) => {
  if (data.wasm) {
    load(data.wasm).then(
      () => {
        postMessage({ ready: true });
        schedule();
      },
      (error) => postMessage({ failed: String(error) }),
    );
    return;
  }
  if (waiting) {
    if (waiting.bitmap) waiting.bitmap.close();
    postMessage({ id: waiting.id, dropped: true });
  }
  waiting = data;
  schedule();
};
