// A film for Chromium's camera: codes that come into view and go again. Each frame carries its own
// number in a strip at the top, so that a page can tell which frame it shows (`marks.js`).
import { writeFileSync } from "node:fs";

const [WIDTH, HEIGHT] = [1280, 720];
/** Chromium shows a film of JPEGs at this rate. */
export const RATE = 30;
/** The number of frames without a code. */
export const BLANK = 63;
/** A code's frames are counted so far. */
export const COUNTED = 15;

/** Draws a frame with the code `picture` (an address, or null) on `page`; its JPEG. */
async function frame(page, picture, number, index) {
  const jpeg = await page.evaluate(
    async ({ picture, number, index, width, height }) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [width, height];
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#8a8578";
      pen.fillRect(0, 0, width, height);
      if (picture) {
        const code = await createImageBitmap(await (await fetch(picture)).blob());
        // A ticket's picture is its code; others come with their surroundings.
        const high = code.width === code.height ? 460 : height;
        const side = [(high * code.width) / code.height, high];
        // Nobody holds it quite straight, nor twice at the same place.
        pen.translate(width / 2 + ((number * 37) % 160) - 80, height / 2 + 30 + ((number * 23) % 60) - 30);
        pen.rotate((((number * 29) % 100) - 50) / 250);
        pen.drawImage(code, -side[0] / 2, -side[1] / 2, ...side);
        pen.resetTransform();
      }
      const bits = [1, 0, ...[5, 4, 3, 2, 1, 0].map((at) => (number >> at) & 1), ...[3, 2, 1, 0].map((at) => (index >> at) & 1)];
      bits.forEach((bit, at) => {
        pen.fillStyle = bit ? "#fff" : "#000";
        pen.fillRect(at * 32, 0, 32, 32);
      });
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      let text = "";
      for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte);
      return btoa(text);
    },
    { picture, number, index, width: WIDTH, height: HEIGHT },
  );
  return Buffer.from(jpeg, "base64");
}

/** The frames of codes, drawn once: `shown(number, count)` gives so many, counted. */
export async function studio(page, pictures) {
  const blank = await frame(page, null, BLANK, 0);
  const codes = [];
  for (const [number, picture] of pictures.entries()) {
    const counted = [];
    for (let index = 0; index <= COUNTED; index++) counted.push(await frame(page, picture, number, index));
    codes.push(counted);
  }
  return {
    blank: (count) => Array(count).fill(blank),
    shown: (number, count) => Array.from({ length: count }, (_, index) => codes[number][Math.min(index, COUNTED)]),
  };
}

/** Writes a film of these frames. */
export function film(file, frames) {
  writeFileSync(file, Buffer.concat(frames));
}
