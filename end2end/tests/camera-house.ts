// A camera that shows pictures: a ticket's code drawn in the browser as a person would hold it, and a
// Chromium that takes the video file for its camera.
import { chromium, type Browser, type Page } from "@playwright/test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filmed } from "../chromium.mjs";

const [WIDTH, HEIGHT] = [1280, 720];

export type Scene = "good" | "tilted" | "torch-lit" | "noisy" | "no code" | "two codes";

/** Draws what the camera sees, on a page that may fetch the tickets; grey, a byte a pixel. */
async function draw(page: Page, scene: Scene, tickets: string[]): Promise<Buffer> {
  const grey = await page.evaluate(
    async ({ scene, tickets, width, height }) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [width, height];
      const pen = canvas.getContext("2d")!;
      pen.fillStyle = "#8a8578";
      pen.fillRect(0, 0, width, height);
      const pictures = [];
      for (const path of tickets) {
        pictures.push(await createImageBitmap(await (await fetch(path)).blob()));
      }
      const place = (picture: ImageBitmap, x: number, side: number, turn: number, lean: number) => {
        pen.save();
        pen.translate(x, height / 2);
        pen.transform(1, lean / 2, lean, 1, 0, 0);
        pen.rotate(turn);
        pen.drawImage(picture, -side / 2, -side / 2, side, side);
        pen.restore();
      };
      if (scene === "two codes") pictures.forEach((picture, n) => place(picture, 400 + 480 * n, 380, 0, 0));
      else if (scene === "tilted") place(pictures[0], width / 2, 420, 0.5, 0.25);
      else if (scene !== "no code") place(pictures[0], width / 2, 460, 0.05, 0);
      else for (let n = 0; n < 40; n++) pen.strokeRect(100 + 25 * n, 80 + 11 * n, 90, 60);
      if (scene === "torch-lit") {
        const light = pen.createRadialGradient(560, 300, 20, 560, 300, 520);
        light.addColorStop(0, "rgba(255,255,240,0.55)");
        light.addColorStop(0.3, "rgba(60,55,50,0.25)");
        light.addColorStop(1, "rgba(0,0,0,0.85)");
        pen.fillStyle = light;
        pen.fillRect(0, 0, width, height);
      }
      const { data } = pen.getImageData(0, 0, width, height);
      let seed = 7;
      const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
      let bytes = "";
      for (let i = 0; i < data.length; i += 4) {
        const luma = 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
        const noise = scene === "noisy" ? (random() + random() + random() - 1.5) * 90 : 0;
        bytes += String.fromCharCode(Math.max(0, Math.min(255, Math.round(luma + noise))));
      }
      return btoa(bytes);
    },
    { scene, tickets, width: WIDTH, height: HEIGHT },
  );
  return Buffer.from(grey, "base64");
}

/** A browser whose camera sees the scene; `close` ends it and removes the file. */
export async function cameraOf(page: Page, scene: Scene, tickets: string[]): Promise<{ browser: Browser; close: () => Promise<void> }> {
  const frame = await draw(page, scene, tickets);
  const folder = mkdtempSync(join(tmpdir(), "linli-camera-"));
  const file = join(folder, "camera.y4m");
  const colour = Buffer.alloc(frame.length / 2, 128);
  const frames = Array.from({ length: 4 }, () => Buffer.concat([Buffer.from("FRAME\n"), frame, colour]));
  writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`), ...frames]));
  const browser = await chromium.launch(filmed(file));
  return {
    browser,
    async close() {
      await browser.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/**
 * Made up: a camera whose pictures a journey can stop, and that it can unplug. The stream is a real one,
 * from a canvas. On the page `camera` has `frozen`, `plug(there)`, and how often it was opened.
 */
export async function madeUpCamera(page: Page, given: { frozen?: boolean } = {}): Promise<void> {
  await page.addInitScript(({ frozen }) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [640, 360];
    const pen = canvas.getContext("2d")!;
    let tracks: MediaStreamTrack[] = [];
    let there = true;
    const camera = {
      frozen,
      opened: 0,
      plug(now: boolean) {
        there = now;
        if (!there) for (const track of tracks) track.dispatchEvent(new Event("ended"));
        navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
      },
    };
    Object.assign(window, { camera });
    let n = 0;
    setInterval(() => {
      if (camera.frozen) return;
      pen.fillStyle = n++ % 2 ? "#777" : "#888";
      pen.fillRect(0, 0, 640, 360);
    }, 50);
    navigator.mediaDevices.getUserMedia = async () => {
      if (!there) throw new DOMException("none", "NotFoundError");
      camera.opened++;
      const stream = canvas.captureStream();
      tracks = stream.getTracks();
      return stream;
    };
  }, { frozen: given.frozen ?? false });
}
