// Finding a resident of the center, their page, booking for them from there, and entries that may be one
// person.
import { expect, signInAsNew, signInAsStaff, test } from "./house.ts";
import type { Page } from "@playwright/test";

const WORKER = "luohu-social-worker";

/** Writes somebody down by a card at the worker's center; the name's number makes it one of a kind. */
async function writeDown(page: Page, name: string): Promise<void> {
  await page.goto("/staff/people");
  const here = page.url().replace(/\/people$/, "");
  await page.goto(`${here}/cards?no_phone=1`);
  await page.locator("[name=name]").fill(name);
  await page.locator("[name=birth_year]").fill("1946");
  await page.locator(`form[action$='/cards/alone'] button[type=submit]`).click();
  await expect(page).toHaveURL(/\/staff\/cards\//);
}

test("somebody is found by a part of the name and booked for from their page", async ({ page }) => {
  await signInAsStaff(page, WORKER);
  const name = `欧阳${Date.now() % 100_000}`;
  await writeDown(page, name);
  await page.goto("/staff/people");
  await page.locator("[name=q]").fill("欧");
  await page.locator("form.filters button[type=submit]").click();
  await expect(page.locator("#q-error")).toBeVisible();
  await page.locator("[name=q]").fill(name);
  await page.locator("form.filters button[type=submit]").click();
  await expect(page.locator("main")).toContainText(name);
  expect(page.url()).not.toContain("q=");
  await page.locator("a.row", { hasText: name }).click();
  await expect(page.locator("h1")).toHaveText(name);
  await page.locator("a[href$='/book']").click();
  await page.locator(".occurrence-list a").first().click();
  await expect(page.locator("form.form button[type=submit], section.refusal").first()).toBeVisible();
});

test("nobody of another center is found", async ({ page, browser }) => {
  const other = await browser.newContext({ viewport: { width: 360, height: 800 } });
  const resident = await other.newPage();
  const name = `上官${Date.now() % 100_000}`;
  await signInAsNew(resident, name, 1957);
  await signInAsStaff(page, WORKER);
  await page.goto("/staff/people");
  await page.locator("[name=q]").fill(name);
  await page.locator("form.filters button[type=submit]").click();
  await expect(page.locator(".empty-state")).toBeVisible();
});
