// What the kiosk's journeys share: a paired device, and somebody with a ticket for what is on now.
import { expect, PASSWORD, signInAsNew, signInAsStaff } from "./house.ts";
import type { Browser, BrowserContextOptions, Page } from "@playwright/test";

export const WORKER = "luohu-social-worker";

/** The center that the worker works at. */
export async function center(page: Page): Promise<string> {
  await page.goto("/staff/activities");
  return page.url().match(/centers\/([^/]+)/)![1];
}

/** A member of staff on a PC of their own, on the page of the center's kiosks. */
export async function staffPage(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signInAsStaff(page, WORKER);
  await page.goto(`/staff/centers/${await center(page)}/kiosks`);
  return page;
}

/** Presses the keys on the screen; without scripts each one is a page of its own. */
export async function enter(page: Page, code: string): Promise<void> {
  for (let n = 1; n <= code.length; n++) {
    await page.locator(`.key[value='${code[n - 1]}']`).click();
    await expect(page.locator("#code")).toHaveValue(code.slice(0, n));
  }
}

/** Makes `page` a kiosk of the demo center, by keys on its screen, and returns its name. */
export async function pair(page: Page, browser: Browser): Promise<string> {
  const name = `门口 ${Date.now() % 1_000_000}`;
  const staff = await staffPage(browser);
  await staff.locator("[name=name]").fill(name);
  await staff.locator("form:has([name=name]) button[type=submit]").click();
  const code = (await staff.locator(".pairing-code code").textContent())!.trim().replace("-", "");
  await staff.context().close();
  await page.goto("/kiosk/pair");
  await enter(page, code);
  await page.locator(".kiosk-key[data-tone=main]").click();
  await expect(page).toHaveURL(/\/kiosk$/);
  await expect(page.locator(".kiosk-three .kiosk-key")).toHaveCount(3);
  return name;
}

const shanghai = (minutes: number) => new Date(Date.now() + minutes * 60_000 + 8 * 3_600_000).toISOString();

/** Something that begins in a few minutes, published by staff. */
export async function publishNow(browser: Browser): Promise<string> {
  const page = await (await browser.newContext()).newPage();
  await signInAsStaff(page, WORKER);
  await page.goto(`/staff/centers/${await center(page)}/activities/new`);
  const title = `现在开始 ${Date.now() % 1_000_000}`;
  const [start, end] = [shanghai(20), shanghai(80)];
  // Not across midnight, where one form has one day.
  const late = start.slice(0, 10) !== end.slice(0, 10);
  await page.locator("[name=title]").fill(title);
  await page.locator("[name=starts_on]").fill(start.slice(0, 10));
  await page.locator("[name=starts_at]").fill(start.slice(11, 16));
  await page.locator("[name=ends_at]").fill(late ? "23:59" : end.slice(11, 16));
  await page.locator("[name=capacity]").fill("9");
  await page.locator("button[name=do][value=publish]").click();
  await expect(page.locator("main")).toContainText(title);
  const href = await page.locator("main a[href^='/staff/occurrences/']").first().getAttribute("href");
  await page.context().close();
  return href!.match(/occurrences\/([^/]+)/)![1];
}

/** Somebody new with a place there: their phone, and the short code of the ticket. */
export async function somebody(
  browser: Browser,
  occurrence: string,
  name: string,
  options: BrowserContextOptions = {},
): Promise<{ phone: Page; code: string }> {
  const context = await browser.newContext({ viewport: { width: 360, height: 800 }, ...options });
  const phone = await context.newPage();
  await signInAsNew(phone, name, 1957);
  await phone.goto(`/occurrences/${occurrence}/book`);
  await phone.locator(`form[action='/occurrences/${occurrence}/book'] button[type=submit]`).click();
  await expect(phone).toHaveURL(/\/ticket\?new=1$/);
  const code = (await phone.locator(".ticket-code").textContent())!.trim().replace("-", "");
  return { phone, code };
}

export { PASSWORD };
