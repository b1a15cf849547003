// Every page of the staff's, at the desk and on a phone at the door: accessible by axe, nothing
// sticking out sideways.
import { expect, expectAccessible, signInAsStaff, test } from "./house.ts";
import { center, publishNow, somebody, WORKER } from "./kiosk-house.ts";
import type { Page } from "@playwright/test";

async function look(page: Page, path: string): Promise<void> {
  const answer = await page.goto(path);
  expect(answer?.status(), path).toBe(200);
  await expectAccessible(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide, `${path} is wider than the screen`).toBeLessThanOrEqual(0);
}

for (const [screen, width, height, lang] of [["desk", 1440, 900, "en"], ["phone", 360, 800, "zh-CN"]] as const) {
  test(`staff pages, ${screen}, ${lang}`, async ({ page, browser, context, baseURL }) => {
    test.slow();
    await page.setViewportSize({ width, height });
    await context.addCookies([{ name: "lang", value: lang, url: baseURL! }]);
    const occurrence = await publishNow(browser);
    const { phone } = await somebody(browser, occurrence, "郑桂芳");
    await phone.context().close();
    await signInAsStaff(page, WORKER);
    const here = `/staff/centers/${await center(page)}`;
    for (const path of [
      "/staff",
      here,
      `${here}/activities`,
      `${here}/activities/new`,
      `${here}/calendar`,
      `${here}/calendar?view=day`,
      `${here}/calendar?view=month`,
      `${here}/menu`,
      `${here}/menu/new`,
      `${here}/door`,
      `${here}/cards`,
      `${here}/shifts`,
      `${here}/shifts/new`,
      `${here}/roster`,
      `${here}/roster/fill`,
      `${here}/today`,
      `${here}/today/close`,
      `${here}/roll-call`,
      `${here}/day-off`,
      `${here}/settings`,
      `${here}/settings/days`,
      `${here}/settings/rooms/new`,
      `${here}/kiosks`,
      `${here}/year`,
      "/staff/reports?month=1&field=1&from=2026-01-01&to=2026-12-31",
      "/staff/reports/rows?from=2026-01-01&to=2026-12-31",
      "/staff/account/time",
      `/staff/occurrences/${occurrence}`,
      `/staff/occurrences/${occurrence}/edit`,
      `/staff/occurrences/${occurrence}/attend`,
      `/staff/occurrences/${occurrence}/walk-in`,
      `/staff/occurrences/${occurrence}/write`,
      "/staff/account",
    ]) {
      await look(page, path);
    }
    await page.goto(`/staff/occurrences/${occurrence}`);
    await page.locator("a[href^='/staff/activities/']").first().click();
    await look(page, new URL(page.url()).pathname);
  });
}

test("the log of a manager", async ({ page }) => {
  await signInAsStaff(page, "luohu-manager");
  await look(page, "/staff/audit");
});

test("centers at a glance, of a supervisor", async ({ page, context, baseURL }) => {
  await signInAsStaff(page, "luohu-supervisor");
  for (const [width, height, lang] of [[1440, 900, "en"], [360, 800, "zh-CN"]] as const) {
    await context.addCookies([{ name: "lang", value: lang, url: baseURL! }]);
    await page.setViewportSize({ width, height });
    await look(page, "/staff/overview");
  }
});

test("the accounts of a manager", async ({ page }) => {
  await signInAsStaff(page, "luohu-manager");
  for (const [width, height] of [[1440, 900], [360, 800]]) {
    await page.setViewportSize({ width, height });
    await look(page, "/staff/accounts");
    await look(page, "/staff/accounts/new");
    await page.goto("/staff/accounts");
    await page.locator("main table a[href^='/staff/accounts/']").first().click();
    await look(page, new URL(page.url()).pathname);
  }
});
