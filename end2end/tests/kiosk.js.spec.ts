// What a kiosk does by itself: the scanner, forgetting, the wall code, no network, the self-test.
import { expect, expectAccessible, newPhone, test } from "./house.ts";
import { PASSWORD, WORKER, pair, publishNow, somebody } from "./kiosk-house.ts";
import type { Page } from "@playwright/test";

/** Types as a scanner does: a key every 8 ms, wherever the focus is. The keys bring their times along,
 * because a busy machine would make pauses of its own. */
async function wedge(page: Page, text: string, enter: boolean): Promise<void> {
  const keys = [...text].map((key) => ({ key, code: /\d/.test(key) ? `Digit${key}` : `Key${key}` }));
  if (enter) keys.push({ key: "Enter", code: "Enter" });
  await page.evaluate((keys) => {
    (document.activeElement as HTMLElement | null)?.blur();
    const begun = performance.now();
    keys.forEach((key, n) => {
      const event = new KeyboardEvent("keydown", { ...key, bubbles: true, cancelable: true });
      Object.defineProperty(event, "timeStamp", { value: begun + 8 * n });
      document.body.dispatchEvent(event);
    });
  }, keys);
}

const alive = (page: Page) => page.waitForFunction(() => document.documentElement.dataset.hydrated === "");

test("every screen fits the panel, is accessible and leads to no other face", async ({ page, browser }) => {
  await pair(page, browser);
  const occurrence = await publishNow(browser);
  for (const path of ["/kiosk", "/kiosk/check-in", "/kiosk/today", "/kiosk/menu", "/kiosk/wall", "/kiosk/exit", "/kiosk/exit/sign-in", `/kiosk/on/${occurrence}`, `/kiosk/book/${occurrence}`, `/kiosk/book/${occurrence}/short`, `/kiosk/book/${occurrence}/phone`]) {
    await page.goto(path);
    await expect(page.locator("body")).toContainText("演示数据");
    await expectAccessible(page);
    const over = await page.evaluate(() => {
      const { scrollWidth, scrollHeight } = document.documentElement;
      return [scrollWidth - innerWidth, scrollHeight - innerHeight];
    });
    expect(over, `${path} is larger than the panel`).toEqual([0, 0]);
    for (const link of await page.locator("a[href]").all()) {
      expect(await link.getAttribute("href")).toMatch(/^(\/kiosk|#)/);
    }
    // C-137: targets of 15 mm and more, in the lower three fifths but for the QR.
    for (const target of await page.locator(".kiosk-key:visible, .key:visible, .kiosk-bar button:visible, .kiosk-bar a:visible").all()) {
      const box = (await target.boundingBox())!;
      expect(Math.min(box.width, box.height), `${path}: a target is too small`).toBeGreaterThanOrEqual(56);
    }
  }
});

test("a scanner that types checks in, with and without Enter", async ({ page, browser }) => {
  await pair(page, browser);
  const occurrence = await publishNow(browser);
  for (const enter of [true, false]) {
    const { code, phone } = await somebody(browser, occurrence, enter ? "钱桂兰" : "孙玉珍");
    await phone.context().close();
    await page.goto("/kiosk/check-in");
    await alive(page);
    await wedge(page, code, enter);
    await expect(page.locator(".kiosk-result")).toHaveAttribute("data-light", "green");
    await page.locator("form[action='/kiosk/done'] button").click();
  }
});

test("C-131: left alone it asks, one touch stays, and then everything is gone", async ({ page, browser }) => {
  await page.clock.install();
  await pair(page, browser);
  await page.goto("/kiosk/check-in");
  await alive(page);
  await page.locator("#code").fill("23C");
  const warning = page.locator(".idle-warning");
  for (let n = 0; n < 11; n++) {
    await page.clock.runFor(62_000);
    await expect(warning).toBeVisible();
    await warning.locator("button").click();
    await page.clock.runFor(1_000);
    await expect(warning).toBeHidden();
  }
  await page.clock.runFor(62_000);
  await expect(warning).toBeVisible();
  await page.clock.runFor(20_000);
  await expect(warning, "twenty seconds are not enough to end it").toBeVisible();
  await page.clock.runFor(8_000);
  await expect(page).toHaveURL(/\/kiosk$/);
  const kept = await page.evaluate(() => [sessionStorage.length, document.body.innerHTML.includes("23C")]);
  expect(kept).toEqual([0, false]);
});

test("a result closes by itself and leaves nothing", async ({ page, browser }) => {
  await page.clock.install();
  await pair(page, browser);
  const occurrence = await publishNow(browser);
  const { code, phone } = await somebody(browser, occurrence, "李凤英");
  await phone.context().close();
  await page.goto("/kiosk/check-in");
  await alive(page);
  await wedge(page, code, true);
  await expect(page.locator(".kiosk-result")).toBeVisible();
  // The page that scanned shows the result first, and then goes to the result's own page.
  await expect(page).toHaveURL(/\/kiosk\/result$/);
  await alive(page);
  await page.clock.runFor(22_000);
  await expect(page).toHaveURL(/\/kiosk$/);
  await page.goBack();
  await expect(page.locator(".kiosk-result")).toHaveCount(0);
  const kept = await page.evaluate(async () => {
    let text = JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]);
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const answer = await cache.match(request);
        const type = answer!.headers.get("content-type") ?? "";
        if (type.startsWith("text/html")) text += await answer!.text();
      }
    }
    return text;
  });
  expect(kept).not.toContain(code);
  expect(kept).not.toContain("李");
});

test("the wall code is made on the screen, and a phone keeps it while signing in", async ({ page, browser, baseURL }) => {
  await pair(page, browser);
  const own = await (await page.request.get("/api/v1/kiosk")).json();
  expect(own.wall_secret).toMatch(/^[0-9a-f]{64}$/);
  const picture = page.locator(".wall-code .qr svg path");
  await expect(picture).toHaveCount(1);
  const first = await picture.getAttribute("d");
  await expect.poll(() => picture.getAttribute("d"), { timeout: 20_000 }).not.toBe(first);
  // The code of the moment, made as the screen makes it.
  const code = await page.evaluate(async ({ id, wall_secret }) => {
    const bytes = (hex: string) => Uint8Array.from(hex.match(/../g)!, (two) => parseInt(two, 16));
    const kiosk = bytes(id.replaceAll("-", ""));
    const step = new DataView(new ArrayBuffer(8));
    step.setBigInt64(0, BigInt(Math.floor(Date.now() / 15_000)));
    const key = await crypto.subtle.importKey("raw", bytes(wall_secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const context = new TextEncoder().encode("linli-wall-v1\0");
    const mac = await crypto.subtle.sign("HMAC", key, new Uint8Array([...context, ...kiosk, ...new Uint8Array(step.buffer)]));
    const all = [...kiosk, ...new Uint8Array(mac).subarray(0, 10)];
    const bits = all.map((byte) => byte.toString(2).padStart(8, "0")).join("").padEnd(210, "0");
    return bits.match(/.{5}/g)!.map((five) => "abcdefghijklmnopqrstuvwxyz234567"[parseInt(five, 2)]).join("");
  }, own);
  const phone = await (await browser.newContext({ baseURL, viewport: { width: 360, height: 800 } })).newPage();
  await phone.goto(`/w/${code}`);
  await expect(phone).toHaveURL(/\/here$/);
  await phone.locator("a[href^='/sign-in']").click();
  await phone.locator("#phone").fill(newPhone());
  await expect(phone.locator("form[action='/sign-in/code'] input[name=back], form[action='/sign-in'] input[name=back]").first()).toHaveValue("/here");
  await phone.context().close();
});

test("C-110: a wrong clock shows no code and says so", async ({ page, browser }) => {
  await pair(page, browser);
  await page.addInitScript(() => {
    const real = Date.now.bind(Date);
    Date.now = () => real() + 10 * 60_000;
  });
  await page.goto("/kiosk/wall");
  await expect(page.locator(".wall-code p[role=status]")).toContainText("时钟不准");
  await expect(page.locator(".wall-code .qr")).toBeHidden();
});

test("without a network it says so calmly and shows what it knows", async ({ page, browser, context }) => {
  await pair(page, browser);
  for (const path of ["/kiosk/today", "/kiosk/menu", "/kiosk"]) {
    await page.goto(path);
    await alive(page);
  }
  await page.evaluate(() => navigator.serviceWorker.ready);
  // Once more, now that the worker watches.
  for (const path of ["/kiosk/today", "/kiosk/menu", "/kiosk"]) {
    await page.goto(path);
    await alive(page);
  }
  await context.setOffline(true);
  for (const path of ["/kiosk", "/kiosk/today", "/kiosk/menu", "/kiosk/check-in"]) {
    await page.goto(path);
    await expect(page.locator("html")).toHaveAttribute("data-offline", "");
    await expect(page.locator(".kiosk-screen")).toBeVisible();
    await expect(page.locator(".offline-banner")).toBeVisible();
  }
  await context.setOffline(false);
  await page.goto("/kiosk");
  await expect(page.locator(".offline-banner")).toBeHidden();
});

test("the self-test tells each part and how to mend it", async ({ page, browser }) => {
  await pair(page, browser);
  await page.goto("/kiosk/self-test");
  const light = (check: string) => page.locator(`[data-check=${check}]`);
  await expect(light("ticket")).toHaveAttribute("data-light", "green");
  await expect(light("network")).toHaveAttribute("data-light", "green");
  await expect(light("clock")).toHaveAttribute("data-light", "green");
  await expect(light("scanner")).toHaveAttribute("data-light", "amber");
  await page.keyboard.type("20260101235959", { delay: 8 });
  await expect(light("scanner")).toHaveAttribute("data-light", "green");
  // Here there is no camera.
  await expect(light("camera")).toHaveAttribute("data-light", "red");
  await expect(light("camera")).toContainText("摄像头");
});

test("C-134: user name and password are entered by keys on the screen, and nothing of them stays", async ({ page, browser }) => {
  await pair(page, browser);
  await page.goto("/kiosk/exit/sign-in");
  const press = async (text: string) => {
    for (const character of text) await page.locator(".keyboard .key").filter({ hasText: new RegExp(`^${character.replace(/[^\w]/, "\\$&")}$`) }).click();
  };
  const turn = (to: string) => page.locator(`.keyboard [data-key=${to}]`).click();
  await page.locator("#username").click();
  await press("luohu-social-workerx");
  await turn("back");
  await expect(page.locator("#username")).toHaveValue(WORKER);
  await page.locator("#password").click();
  await press("a");
  await turn("upper");
  await press("Z");
  await turn("signs");
  await press("#?");
  await turn("letters");
  await press("7");
  await expect(page.locator("#password")).toHaveValue("aZ#?7");
  await expect(page.locator("#password")).toHaveAttribute("type", "password");
  await page.locator("form[action='/kiosk/exit/sign-in'] > button").click();
  await expect(page.locator(".field-error")).toBeVisible();
  const texts: string[] = [];
  for (let n = 0; n < 3; n++) {
    texts.push(await page.content(), ...(await page.locator("input").evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value))));
    await page.goBack().catch(() => null);
  }
  expect(texts.join()).not.toContain("aZ#?7");
  expect(texts.join()).not.toContain(WORKER);
  await page.goto("/kiosk/exit/sign-in");
  await page.locator("#username").click();
  await press(WORKER);
  await page.locator("#password").click();
  await press(PASSWORD);
  await page.locator("form[action='/kiosk/exit/sign-in'] > button").click();
  await expect(page).not.toHaveURL(/kiosk/);
});
