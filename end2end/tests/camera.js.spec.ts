// Cameras that fail, stop and come back, at the kiosk and at the staff's door. What no browser here can
// do by itself is made up, and said so.
import { chromium, type Browser, type BrowserContext, type Page } from "@playwright/test";
import { CHROMIUM } from "../chromium.mjs";
import { cameraOf, madeUpCamera } from "./camera-house.ts";
import { expect, signInAsStaff, test } from "./house.ts";
import { center, pair, publishNow, somebody, staffPage, WORKER } from "./kiosk-house.ts";

const PHONE = { width: 360, height: 800 };
const PANEL = { width: 1080, height: 1920 };

type Trouble = "denied" | "none" | "busy";

/** A browser in which the camera fails so. */
async function troubled(kind: Trouble): Promise<{ browser: Browser; prepare: (context: BrowserContext) => Promise<void> }> {
  // There is a camera and nobody allows it; or it is allowed and there is none.
  const more = kind === "none" ? ["--use-fake-ui-for-media-stream"] : ["--use-fake-device-for-media-stream"];
  const browser = await chromium.launch({ ...CHROMIUM, args: [...CHROMIUM.args, ...more] });
  return {
    browser,
    async prepare(context) {
      if (kind !== "busy") return;
      // Made up: two programs cannot be made to quarrel about a camera that is a film.
      await context.addInitScript(() => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("in use", "NotReadableError"));
      });
    },
  };
}

const SAID: Record<Trouble, { kiosk: string; staff: string }> = {
  denied: { kiosk: "没有被允许", staff: "不允许使用摄像头" },
  none: { kiosk: "没有接上摄像头", staff: "没有找到摄像头" },
  busy: { kiosk: "正被占用", staff: "被别的程序占用" },
};

for (const kind of ["denied", "none", "busy"] as Trouble[]) {
  test(`a camera that is ${kind}: kiosk and staff say so and what else does it, and the short code does`, async ({ browser, baseURL }) => {
    const occurrence = await publishNow(browser);
    const codes: string[] = [];
    for (const name of ["周秀珍", "吴玉兰"]) {
      const { phone, code } = await somebody(browser, occurrence, name);
      codes.push(code);
      await phone.context().close();
    }
    const trouble = await troubled(kind);

    const panel = await trouble.browser.newContext({ baseURL, viewport: PANEL, locale: "zh-CN" });
    await trouble.prepare(panel);
    const kiosk = await panel.newPage();
    await pair(kiosk, browser);
    await kiosk.goto("/kiosk/check-in");
    const told = kiosk.locator(".kiosk-camera figcaption");
    await expect(told).toContainText(SAID[kind].kiosk);
    await expect(told).toContainText("短码");
    await expect(kiosk.locator(".kiosk-camera video")).toBeHidden();
    for (const key of codes[0]) await kiosk.locator(`.key[value='${key}']`).click();
    await kiosk.locator("form[action='/kiosk/check-in'] .kiosk-key[data-tone=main]").click();
    await expect(kiosk.locator(".kiosk-result")).toHaveAttribute("data-light", "green");
    await panel.close();

    const pocket = await trouble.browser.newContext({ baseURL, viewport: PHONE, locale: "zh-CN" });
    await trouble.prepare(pocket);
    const door = await pocket.newPage();
    await signInAsStaff(door, WORKER);
    await door.goto(`/staff/centers/${await center(door)}/door`);
    const button = door.locator(".door-camera button").first();
    const offered = await button.textContent();
    await button.click();
    await expect(door.locator(".door-camera figcaption")).toContainText(SAID[kind].staff);
    await expect(door.locator(".door-camera figcaption")).toContainText("短码");
    await expect(door.locator(".door-camera video")).toBeHidden();
    // It can be tried again.
    await expect(button).toHaveText(offered!);
    await door.locator("#code").fill(codes[1]);
    await door.keyboard.press("Enter");
    await expect(door.locator("#door-answer .verdict")).toHaveAttribute("data-kind", "good");
    await trouble.browser.close();
  });
}

/** The staff's door on a phone whose camera sees a ticket all the time. */
async function atDoor(browser: Browser, baseURL: string, prepare: (page: Page) => Promise<void>) {
  const { phone } = await somebody(browser, await publishNow(browser), "周秀珍");
  const id = phone.url().match(/bookings\/([^/]+)\/ticket/)![1];
  const png = await (await phone.request.get(`/api/v1/bookings/${id}/ticket.png?module=8`)).body();
  await phone.goto("about:blank");
  const camera = await cameraOf(phone, "good", [`data:image/png;base64,${png.toString("base64")}`]);
  await phone.context().close();
  const page = await camera.browser.newPage({ baseURL, viewport: PHONE, locale: "zh-CN" });
  await prepare(page);
  await signInAsStaff(page, WORKER);
  await page.goto(`/staff/centers/${await center(page)}/door`);
  await page.locator(".door-camera button").first().click();
  return { page, camera, answer: page.locator("#door-answer .verdict") };
}

test("nobody is filmed while the page is hidden; seen again, it looks again", async ({ browser, baseURL }) => {
  const { page, camera, answer } = await atDoor(browser, baseURL!, async () => {});
  await expect(answer).toHaveAttribute("data-kind", "good", { timeout: 30_000 });
  // Made up: this browser shows all its pages always.
  const turn = (hidden: boolean) =>
    page.evaluate((hidden) => {
      const video = document.querySelector("video")!;
      (window as any).track ??= (video.srcObject as MediaStream).getTracks()[0];
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
      return { state: (window as any).track.readyState, filmed: video.srcObject !== null };
    }, hidden);
  expect(await turn(true)).toEqual({ state: "ended", filmed: false });
  await expect(page.locator(".door-camera[data-runs]")).toHaveCount(0);
  const posted: string[] = [];
  page.on("request", (request) => request.method() === "POST" && posted.push(request.url()));
  await page.waitForTimeout(3_500);
  expect(posted, "a scan by a hidden page").toEqual([]);
  await turn(false);
  await expect(page.locator(".door-camera[data-runs] video")).toBeVisible();
  await expect(answer).toHaveAttribute("data-kind", "warn", { timeout: 30_000 });
  await camera.close();
});

/** Keeps the page's workers at hand, as nothing else can end one from outside. */
async function keepWorkers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const Real = window.Worker;
    const hired: Worker[] = [];
    Object.assign(window, { hired });
    window.Worker = class extends Real {
      constructor(url: string | URL) {
        super(url);
        hired.push(this);
      }
    };
  });
}

test("a decoder that dies in the middle is replaced, and the next code is read", async ({ browser, baseURL }) => {
  const { page, camera, answer } = await atDoor(browser, baseURL!, keepWorkers);
  await expect(answer).toHaveAttribute("data-kind", "good", { timeout: 30_000 });
  await page.evaluate(() => (window as any).hired[0].terminate());
  await expect.poll(() => page.evaluate(() => (window as any).hired.length), { timeout: 20_000 }).toBe(2);
  await expect(answer).toHaveAttribute("data-kind", "warn", { timeout: 30_000 });
  await camera.close();
});

test("a decoder that fails altogether is said, and the camera is let go", async ({ browser, baseURL }) => {
  const { page, camera, answer } = await atDoor(browser, baseURL!, keepWorkers);
  await expect(answer).toHaveAttribute("data-kind", "good", { timeout: 30_000 });
  // Made up: the script of this worker has no such fault.
  await page.evaluate(() => (window as any).hired[0].dispatchEvent(new ErrorEvent("error")));
  await expect(page.locator(".door-camera figcaption")).toContainText("用不了摄像头");
  await expect(page.locator(".door-camera[data-runs]")).toHaveCount(0);
  expect(await page.evaluate(() => document.querySelector("video")!.srcObject)).toBe(null);
  await camera.close();
});

test("the torch has a button where the camera has one, and is asked to light and go out", async ({ browser, baseURL }) => {
  const { page, camera, answer } = await atDoor(browser, baseURL!, async (page) => {
    // Made up: that the camera's track has a torch, for a film has none. The rest is the browser's own.
    await page.addInitScript(() => {
      const asked: unknown[] = [];
      Object.assign(window, { asked });
      const { getCapabilities } = MediaStreamTrack.prototype;
      MediaStreamTrack.prototype.getCapabilities = function () {
        return { ...getCapabilities.call(this), torch: true };
      };
      MediaStreamTrack.prototype.applyConstraints = async (constraints) => void asked.push(constraints);
    });
  });
  await expect(answer).toHaveAttribute("data-kind", "good", { timeout: 30_000 });
  const torch = page.locator(".door-camera button", { hasText: "补光灯" });
  await expect(torch).toHaveAttribute("aria-pressed", "false");
  await torch.click();
  await expect(torch).toHaveAttribute("aria-pressed", "true");
  await torch.click();
  await expect(torch).toHaveAttribute("aria-pressed", "false");
  const asked = await page.evaluate(() => (window as any).asked);
  expect(asked).toEqual([{ advanced: [{ torch: true }] }, { advanced: [{ torch: false }] }]);
  await page.locator(".door-camera button").first().click();
  await expect(torch).toBeHidden();
  await camera.close();
});

test("a camera without a torch has no button for it", async ({ browser, baseURL }) => {
  const { page, camera } = await atDoor(browser, baseURL!, async () => {});
  await expect(page.locator(".door-camera[data-runs] video")).toBeVisible();
  await expect(page.locator(".door-camera button", { hasText: "补光灯" })).toBeHidden();
  await camera.close();
});

test("a kiosk's picture that stops is noticed, told to the staff, and the camera is opened again", async ({ page, browser }) => {
  const name = await pair(page, browser);
  const staff = await staffPage(browser);
  const light = async () => {
    await staff.reload();
    const card = staff.locator(".kiosk-list-staff > li", { hasText: name });
    return card.locator(".light-row", { hasText: "摄像头" }).first().getAttribute("data-light");
  };
  await madeUpCamera(page);
  await page.goto("/kiosk/check-in");
  const told = page.locator(".kiosk-camera figcaption");
  await expect(page.locator(".kiosk-camera[data-runs] video")).toBeVisible();
  await page.evaluate(() => ((window as any).camera.frozen = true));
  await expect(told).toContainText("画面停住了", { timeout: 15_000 });
  await expect(told).toContainText("短码");
  await expect(page.locator(".kiosk-camera video")).toBeHidden();
  await expect.poll(light).toBe("red");
  await page.evaluate(() => ((window as any).camera.frozen = false));
  await expect(page.locator(".kiosk-camera[data-runs] video")).toBeVisible({ timeout: 20_000 });
  await expect(told).toContainText("对准摄像头");
  expect(await page.evaluate(() => (window as any).camera.opened)).toBeGreaterThan(1);
  await expect.poll(light).toBe("green");
  await staff.context().close();
});

test("a kiosk's camera that was unplugged is opened again once it is back", async ({ page, browser }) => {
  await pair(page, browser);
  await madeUpCamera(page);
  await page.goto("/kiosk/check-in");
  const told = page.locator(".kiosk-camera figcaption");
  await expect(page.locator(".kiosk-camera[data-runs] video")).toBeVisible();
  await page.evaluate(() => (window as any).camera.plug(false));
  await expect(told).toContainText("没有接上摄像头");
  // Tried in vain twice, so that the next try by itself would be long in coming.
  await page.waitForTimeout(7_000);
  await page.evaluate(() => (window as any).camera.plug(true));
  await expect(page.locator(".kiosk-camera[data-runs] video")).toBeVisible({ timeout: 3_000 });
  expect(await page.evaluate(() => (window as any).camera.opened)).toBe(2);
});

test("at the door a picture that stops is said, and the camera can be turned on again", async ({ page }) => {
  await madeUpCamera(page);
  await signInAsStaff(page, WORKER);
  await page.goto(`/staff/centers/${await center(page)}/door`);
  const button = page.locator(".door-camera button").first();
  await button.click();
  await expect(page.locator(".door-camera[data-runs] video")).toBeVisible();
  await page.evaluate(() => ((window as any).camera.frozen = true));
  await expect(page.locator(".door-camera figcaption")).toContainText("画面停住了", { timeout: 15_000 });
  await expect(page.locator(".door-camera[data-runs]")).toHaveCount(0);
  await page.evaluate(() => ((window as any).camera.frozen = false));
  await button.click();
  await expect(page.locator(".door-camera[data-runs] video")).toBeVisible();
});
