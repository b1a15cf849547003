// The door's two cameras, fed from video: the kiosk's and that of the phone of who stands at the door.
import { expect, signInAsStaff, test } from "./house.ts";
import { cameraOf, type Scene } from "./camera-house.ts";
import { listening } from "./wedge-house.ts";
import { center, pair, publishNow, somebody, WORKER } from "./kiosk-house.ts";
import type { Browser, Page } from "@playwright/test";

/** Addresses of the tickets of so many people with a place in something that begins soon. */
async function tickets(browser: Browser, many: number): Promise<{ phone: Page; paths: string[] }> {
  const occurrence = await publishNow(browser);
  const paths: string[] = [];
  let last: Page | undefined;
  for (let n = 0; n < many; n++) {
    const { phone } = await somebody(browser, occurrence, ["周秀珍", "吴玉兰"][n]);
    const id = phone.url().match(/bookings\/([^/]+)\/ticket/)![1];
    // As data, because the page that draws is signed in as one of them only.
    const png = await (await phone.request.get(`/api/v1/bookings/${id}/ticket.png?module=8`)).body();
    paths.push(`data:image/png;base64,${png.toString("base64")}`);
    await last?.context().close();
    last = phone;
  }
  // Fetching data is not allowed where the policy of our pages holds.
  await last!.goto("about:blank");
  return { phone: last!, paths };
}

for (const scene of ["good", "tilted", "torch-lit", "noisy"] as Scene[]) {
  test(`the kiosk's camera reads a ticket: ${scene}`, async ({ browser, baseURL }) => {
    const { phone, paths } = await tickets(browser, 1);
    const camera = await cameraOf(phone, scene, paths);
    const page = await camera.browser.newPage({ baseURL, viewport: { width: 1080, height: 1920 }, locale: "zh-CN" });
    await pair(page, browser);
    await page.goto("/kiosk/check-in");
    await expect(page.locator(".kiosk-result")).toHaveAttribute("data-light", "green", { timeout: 30_000 });
    await camera.close();
  });
}

test("the kiosk's camera sees no code and says nothing; two codes are not guessed between", async ({ browser, baseURL }) => {
  const { phone, paths } = await tickets(browser, 2);
  for (const scene of ["no code", "two codes"] as Scene[]) {
    const camera = await cameraOf(phone, scene, paths);
    const page = await camera.browser.newPage({ baseURL, viewport: { width: 1080, height: 1920 }, locale: "zh-CN" });
    await pair(page, browser);
    await page.goto("/kiosk/check-in");
    await expect(page.locator(".kiosk-camera[data-runs] video")).toBeVisible();
    const told = page.locator(".kiosk-camera figcaption");
    if (scene === "two codes") await expect(told).toContainText("不止一个码", { timeout: 30_000 });
    // So long the camera has looked without an answer.
    await page.waitForTimeout(4_000);
    await expect(page).toHaveURL(/\/kiosk\/check-in$/);
    await camera.close();
  }
});

test("at the door a phone's camera checks in without leaving the page, and the second time says when", async ({ browser, baseURL }) => {
  const { phone, paths } = await tickets(browser, 1);
  const camera = await cameraOf(phone, "good", paths);
  const page = await camera.browser.newPage({ baseURL, viewport: { width: 360, height: 800 }, locale: "zh-CN" });
  const noise: string[] = [];
  page.on("console", (message) => message.type() === "error" && noise.push(message.text()));
  page.on("pageerror", (error) => noise.push(String(error)));
  await signInAsStaff(page, WORKER);
  await page.goto(`/staff/centers/${await center(page)}/door`);
  await page.evaluate(() => ((window as any).sameDocument = true));
  await page.locator(".door-camera button").first().click();
  const answer = page.locator("#door-answer .verdict");
  await expect(answer).toHaveAttribute("data-kind", "good", { timeout: 30_000 });
  await expect(answer).toContainText("周秀珍");
  // The code stays in view: after two and a half seconds it is answered again (C-102).
  await expect(answer).toHaveAttribute("data-kind", "warn", { timeout: 30_000 });
  expect(await page.evaluate(() => (window as any).sameDocument)).toBe(true);
  await page.locator(".door-camera button").first().click();
  await expect(page.locator(".door-camera[data-runs]")).toHaveCount(0);
  expect(noise).toEqual([]);
  await camera.close();
});

test("a scan that comes before the answer to the last one is not lost", async ({ page }) => {
  await signInAsStaff(page, WORKER);
  await page.goto(`/staff/centers/${await center(page)}/door`);
  await listening(page);
  const answers: number[] = [];
  const numbers: (string | null)[] = [];
  page.on("response", (answer) => {
    if (answer.request().method() !== "POST") return;
    answers.push(answer.status());
    numbers.push(new URLSearchParams(answer.request().postData()!).get("id"));
  });
  await page.evaluate(() => {
    const field = document.getElementById("code") as HTMLInputElement;
    for (const code of ["1".repeat(200), "2".repeat(200)]) {
      field.value = code;
      field.form!.requestSubmit();
    }
  });
  await expect.poll(() => answers).toEqual([303, 303]);
  expect(numbers[0]).not.toBe(numbers[1]);
  await expect(page.locator("#door-answer .verdict")).toHaveAttribute("data-kind", "bad");
});
