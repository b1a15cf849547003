// The way back in a browser that keeps pages for it (rules 6 and 7): what was somebody's is asked for anew, so
// that whoever comes after them sees nothing of it.
import { chromium, type Browser, type BrowserContext, type Page } from "@playwright/test";
import { KEEPING } from "../chromium.mjs";
import { expect, signInAsNew, signInAsStaff, test as base } from "./house.ts";
import { pair, publishNow, somebody, WORKER } from "./kiosk-house.ts";

const test = base.extend<{ keeping: Browser; kept: BrowserContext }>({
  keeping: async ({}, use) => {
    const browser = await chromium.launch(KEEPING);
    await use(browser);
    await browser.close();
  },
  kept: async ({ keeping, baseURL }, use) => {
    const context = await keeping.newContext({ baseURL, viewport: { width: 1440, height: 900 }, locale: "zh-CN" });
    // What was shown, as it was shown first: the moment at which a page comes back.
    await context.addInitScript(() => {
      addEventListener("pageshow", (event) => {
        const shown = getComputedStyle(document.documentElement).display === "none" ? "" : document.body.innerText;
        const all = JSON.parse(localStorage.getItem("shown") ?? "[]");
        all.push({ path: location.pathname, persisted: event.persisted, shown });
        localStorage.setItem("shown", JSON.stringify(all));
      });
    });
    await use(context);
  },
});

type Shown = { path: string; persisted: boolean; shown: string };

/** Goes back, and tells all that was shown until it was quiet again. */
async function back(page: Page): Promise<Shown[]> {
  await page.evaluate(() => {
    localStorage.removeItem("shown");
    history.back();
  });
  const shown = (): Promise<Shown[]> =>
    page.evaluate(() => JSON.parse(localStorage.getItem("shown") ?? "[]")).catch(() => []);
  await expect.poll(async () => (await shown()).length).toBeGreaterThan(0);
  // One that asks anew does so at once.
  await page.waitForTimeout(1_000);
  return shown();
}

test("a page that shows nothing of anyone really comes back as it was kept", async ({ kept }) => {
  const page = await kept.newPage();
  await page.goto("/offline");
  await page.goto("/sign-in");
  const shown = await back(page);
  expect(shown.map(({ path, persisted }) => [path, persisted])).toEqual([["/offline", true]]);
  expect(shown[0].shown).not.toBe("");
});

test("a resident's page comes back for them, asked for anew, and not at all once they have signed out", async ({ kept }) => {
  const page = await kept.newPage();
  await signInAsNew(page, "苗青青", 1957);
  await page.goto("/me/family");
  await expect(page.locator("main")).toContainText("苗青青");
  await page.goto("/");
  const still = await back(page);
  // It was kept, nothing of it was shown, and it was asked for anew.
  expect(still[0]).toEqual({ path: "/me/family", persisted: true, shown: "" });
  expect(still.at(-1)).toMatchObject({ path: "/me/family", persisted: false });
  expect(still.at(-1)!.shown).toContain("苗青青");

  // Signed out in another tab.
  const other = await kept.newPage();
  await page.goto("/");
  await other.goto("/me/family");
  await other.locator("form[action='/sign-out'] button").first().click();
  await other.waitForURL((url) => !url.pathname.startsWith("/me"));
  const after = await back(page);
  expect(after.map(({ shown }) => shown).join()).not.toContain("苗青青");
  await expect(page.locator("body")).not.toContainText("苗青青");
});

test("a staff page comes back to nobody once its owner has signed out", async ({ kept, browser }) => {
  const occurrence = await publishNow(browser);
  await (await somebody(browser, occurrence, "白露露")).phone.context().close();
  const page = await kept.newPage();
  await signInAsStaff(page, WORKER);
  await page.goto(`/staff/occurrences/${occurrence}`);
  await expect(page.locator("#roster")).toContainText("白露露");
  // By the page's own button, and by another tab's.
  await page.locator("form[action='/staff/sign-out'] button").first().click();
  await expect(page).toHaveURL(/sign-in/);
  const after = await back(page);
  expect(after.map(({ shown }) => shown).join()).not.toContain("白露露");
  await expect(page.locator("body")).not.toContainText("白露露");

  await signInAsStaff(page, WORKER);
  await page.goto(`/staff/occurrences/${occurrence}`);
  await expect(page.locator("#roster")).toContainText("白露露");
  await page.goto("/offline");
  const other = await kept.newPage();
  await other.goto("/staff");
  await other.locator("form[action='/staff/sign-out'] button").first().click();
  await expect(other).toHaveURL(/sign-in/);
  const later = await back(page);
  expect(later.map(({ shown }) => shown).join()).not.toContain("白露露");
  await expect(page.locator("body")).not.toContainText("白露露");
});

test("C-131: at a kiosk the way back shows no result and nobody's visit", async ({ kept, browser }) => {
  const { phone, code } = await somebody(browser, await publishNow(browser), "周秀珍");
  await phone.context().close();
  const page = await kept.newPage();
  await pair(page, browser);
  await page.goto("/kiosk/check-in");
  for (const key of code) await page.locator(`.key[value='${key}']`).click();
  await page.locator("form[action='/kiosk/check-in'] .kiosk-key[data-tone=main]").click();
  const result = page.locator(".kiosk-result");
  await expect(result).toHaveAttribute("data-light", "green");
  const said = (await result.innerText()).split("\n").find((line) => line.includes("秀") || line.includes("周"));
  await page.goto("/kiosk/idle");
  await expect(page).toHaveURL(/\/kiosk$/);
  for (let steps = 0; steps < 3; steps++) {
    const shown = await back(page).catch(() => []);
    const all = shown.map((one) => one.shown).join();
    expect(all).not.toContain(code);
    if (said) expect(all).not.toContain(said);
    await expect(page.locator(".kiosk-result")).toHaveCount(0);
  }
});
