// The code on a kiosk's screen, made as the screen makes it, for a phone to scan.
import { expect } from "./house.ts";
import { pair } from "./kiosk-house.ts";
import type { Browser, Page } from "@playwright/test";
import { createHmac } from "node:crypto";

const STEP = 15_000;

/** What the screen of this kiosk shows, so many steps of 15 seconds from now. */
export async function wallCode(kiosk: Page, steps = 0): Promise<string> {
  const answer = await kiosk.request.get("/api/v1/kiosk");
  expect(answer.status()).toBe(200);
  const { id, wall_secret } = await answer.json();
  const device = Buffer.from(id.replaceAll("-", ""), "hex");
  const step = Buffer.alloc(8);
  step.writeBigInt64BE(BigInt(Math.floor(Date.now() / STEP) + steps));
  const mac = createHmac("sha256", Buffer.from(wall_secret, "hex"))
    .update(Buffer.concat([Buffer.from("linli-wall-v1\0"), device, step]))
    .digest();
  const bits = [...device, ...mac.subarray(0, 10)].map((byte) => byte.toString(2).padStart(8, "0")).join("").padEnd(210, "0");
  return bits.match(/.{5}/g)!.map((five) => "abcdefghijklmnopqrstuvwxyz234567"[parseInt(five, 2)]).join("");
}

/** A kiosk of the demo center; its screen's browser is its own. */
export async function kiosk(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1080, height: 1920 }, locale: "zh-CN" })).newPage();
  await pair(page, browser);
  return page;
}
