// Every page, in each mode and language: accessible by axe, nothing sticking out sideways.
import { CENTER, expect, expectAccessible, signInAsNew, test } from "./house.ts";
import { publishNow } from "./kiosk-house.ts";
import type { BrowserContext, Page } from "@playwright/test";

const open = [
  "/",
  "/centers",
  "/centers?q=luohu",
  "/centers?q=zzzzqqqq",
  `/centers/${CENTER}`,
  `/centers/${CENTER}/menu`,
  `/centers/${CENTER}/whats-on`,
  `/centers/${CENTER}/shifts`,
  "/centers/SZ440303001-03/shifts",
  "/volunteer",
  "/sign-in",
  "/staff/sign-in",
  "/help",
  "/privacy",
  "/offline",
  "/no-such-page",
];

async function look(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expectAccessible(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide, `${path} is wider than the screen`).toBeLessThanOrEqual(0);
}

async function set(context: BrowserContext, baseURL: string, values: Record<string, string>): Promise<void> {
  await context.addCookies(Object.entries(values).map(([name, value]) => ({ name, value, url: baseURL })));
}

for (const [mode, lang] of [["standard", "zh-CN"], ["elder", "zh-CN"], ["contrast", "en"]]) {
  test(`open pages, ${mode}, ${lang}`, async ({ page, context, baseURL }, info) => {
    const face = info.project.name === "kiosk" ? { face: "kiosk" } : {};
    await set(context, baseURL!, { mode, lang, center: CENTER, ...face });
    for (const path of open) await look(page, path);
    const answer = await page.request.get(`/api/v1/centers/${CENTER}/occurrences?limit=3`);
    for (const occurrence of (await answer.json()).items) await look(page, `/occurrences/${occurrence.id}`);
  });
}

test("the pages of a booking", async ({ page, browser }) => {
  const occurrence = await publishNow(browser);
  await signInAsNew(page, "冯淑兰", 1953);
  await look(page, `/occurrences/${occurrence}/book`);
  await page.locator(`form[action='/occurrences/${occurrence}/book'] button[type=submit]`).click();
  await expect(page).toHaveURL(/\/ticket\?new=1$/);
  const ticket = new URL(page.url()).pathname;
  await look(page, ticket);
  await look(page, ticket.replace("/me", "").replace("/ticket", "/cancel"));
});

test("my pages", async ({ page }) => {
  await signInAsNew(page, "吴国强", 1954);
  for (const path of ["/me/bookings", "/me/shifts", "/volunteer", "/me/messages", "/me/family", "/me/family/add", "/me/details", "/me/data", "/me/data/delete"]) {
    await look(page, path);
  }
});
