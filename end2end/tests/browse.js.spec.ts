// What the small script of every page adds (app/tools.js).
import { CENTER, expect, expectAccessible, test } from "./house.ts";
import type { Page } from "@playwright/test";

/** Whether the page is still the one that was marked: a reload forgets the mark. */
async function mark(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => ((window as any).sameDocument = true));
  return () => page.evaluate(() => (window as any).sameDocument === true);
}

test("the language is switched without a reload, and nothing typed is lost", async ({ page }) => {
  await page.goto("/sign-in");
  await page.locator("#phone").fill("15012345678");
  const same = await mark(page);
  await page.locator("button[name=lang][value=en]").click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator("#phone")).toHaveValue("15012345678");
  await expect(page.locator("button[name=lang]")).toBeFocused();
  expect(await same()).toBe(true);
  await page.goto("/");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

test("islands live on after the language was switched", async ({ page, context }) => {
  await context.grantPermissions(["geolocation"]);
  await context.setGeolocation({ latitude: 22.586, longitude: 114.131 });
  await page.goto("/centers");
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "");
  const same = await mark(page);
  await page.locator("button[name=lang][value=en]").click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expectAccessible(page);
  expect(await same()).toBe(true);
  await page.getByRole("button", { name: /near/i }).click();
  await expect(page).toHaveURL(/near=22\.586,114\.131/);
});

test("larger text comes without a reload", async ({ page }) => {
  await page.goto(`/centers/${CENTER}`);
  const same = await mark(page);
  await page.locator("button[name=mode][value=elder]").click();
  await expect(page.locator("html")).toHaveAttribute("data-mode", "elder");
  expect(await same()).toBe(true);
});

test("centers are found while one types", async ({ page }) => {
  await page.goto("/centers");
  const same = await mark(page);
  await page.locator("#q").pressSequentially("dtl");
  await expect(page.locator("#found")).toContainText("大塘龙社区");
  await expect(page).toHaveURL(/\?q=dtl$/);
  await expect(page.locator("#q")).toBeFocused();
  await expect(page.locator("#q")).toHaveValue("dtl");
  await page.locator("#q").fill("");
  await expect(page.getByRole("heading", { level: 1 })).not.toContainText("dtl");
  expect(await same()).toBe(true);
});
