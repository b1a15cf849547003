// What every journey shares: an empty console, a way in, the demo city's addresses.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test as base, expect, type Page } from "@playwright/test";
import AxeBuilder from "@axe-core/playwright";

export { expect };
export const PASSWORD = "demo-journeys-2026";
/** The center whose subdistrict is seeded in full. */
export const CENTER = "SZ440303001-01";

export const test = base.extend<{ quiet: void }>({
  // No console error, no page error, no failed hydration, in any journey; and nothing stays open.
  quiet: [
    async ({ page, browser }, use) => {
      const noise: string[] = [];
      page.on("console", (message) => {
        // A refusal is a page with its own status, which the browser notes as a failed load.
        const refusal = /status of (401|403|404|409|410|422|429)/.test(message.text());
        // So is a network that a journey takes away, and a page that the browser may not show again.
        const absent = /ERR_(INTERNET_DISCONNECTED|CACHE_MISS|FAILED)/.test(message.text());
        if (message.type() === "error" && !refusal && !absent) noise.push(message.text());
      });
      page.on("pageerror", (error) => noise.push(String(error)));
      await use();
      // What else a journey opened would live on beside the next ones, streams and all.
      for (const context of browser.contexts()) if (context !== page.context()) await context.close();
      expect(noise).toEqual([]);
    },
    { auto: true },
  ],
});

/** The days of a week far ahead in which no other journey of this run plans anything, from Monday on; within what can be planned. */
export function ownWeek(): string[] {
  for (let weeks = 12; weeks < 110; weeks++) {
    try {
      mkdirSync(join(process.env.LINLI_WEEKS!, String(weeks)));
    } catch {
      continue;
    }
    const monday = new Date(Date.now() + weeks * 7 * 86_400_000);
    monday.setUTCDate(monday.getUTCDate() - ((monday.getUTCDay() + 6) % 7));
    return [0, 1, 2, 3, 4, 5, 6].map((nth) => new Date(monday.getTime() + nth * 86_400_000).toISOString().slice(0, 10));
  }
  throw new Error("every week that can be planned is taken");
}

let next = 0;
/** A phone number that no other test of this run uses. */
export function newPhone(): string {
  const worker = Number(process.env.TEST_PARALLEL_INDEX ?? 0);
  const unique = (Date.now() % 1_000_000) * 10 + (next++ % 10);
  return `15${worker % 10}${String(unique).padStart(8, "0").slice(-8)}`;
}

/** The code that the development page shows for this number. */
export async function codeFor(page: Page, phone: string): Promise<string> {
  const answer = await page.request.get("/dev/messages");
  const text = (await answer.text()).replace(/<[^>]+>/g, " ");
  const at = text.indexOf(phone);
  expect(at, `a message to ${phone}`).toBeGreaterThanOrEqual(0);
  const code = text.slice(at).match(/\b(\d{6})\b/);
  expect(code, "a code of six digits").not.toBeNull();
  return code![1];
}

/** Signs in from wherever the page asks for it, as somebody new, and gives the details. */
export async function signInAsNew(page: Page, name: string, birthYear: number): Promise<string> {
  const phone = newPhone();
  await page.goto("/sign-in");
  await page.locator("#phone").fill(phone);
  await page.locator("form[action='/sign-in'] button[type=submit]").click();
  await page.locator("#code").fill(await codeFor(page, phone));
  await page.locator("form[action='/sign-in/code'] button[type=submit]").click();
  await page.locator("#name").fill(name);
  await page.locator("#birth_year").fill(String(birthYear));
  await page.locator("form[action='/me/details'] button[type=submit]").click();
  await expect(page).toHaveURL(/\/me\/bookings$/);
  return phone;
}

/** Staff signs in. */
export async function signInAsStaff(page: Page, username: string): Promise<void> {
  await page.goto("/staff/sign-in");
  await page.locator("[name=username]").fill(username);
  await page.locator("[name=password]").fill(PASSWORD);
  await page.locator("form[action='/staff/sign-in'] button[type=submit]").click();
  await expect(page).toHaveURL(/\/staff$/);
}

/** WCAG 2.2 AA, as far as a program can tell. */
export async function expectAccessible(page: Page): Promise<void> {
  const result = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  const told = result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
  expect(told).toEqual([]);
}
