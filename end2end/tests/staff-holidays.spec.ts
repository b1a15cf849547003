// A year's public holidays: pasted, looked at, brought in, taken back. Everything by links and forms, with and
// without JavaScript.
import { expect, expectAccessible, signInAsStaff, test } from "./house.ts";

test("holidays are brought in after a look, and taken back", async ({ page }, info) => {
  const plain = info.project.name.endsWith("-plain");
  // A year far ahead, another one for each project.
  const year = 2040 + Math.floor(Math.random() * 100);
  await signInAsStaff(page, "admin");
  await page.goto("/staff/accounts");
  await page.locator("a[href='/staff/holidays']").click();
  if (!plain) await expectAccessible(page);
  await page.locator("#notice").fill(`${year}-01-01 元旦 休\n${year}-01-02 元旦 也许`);
  await page.locator("button[value=look]").click();
  await expect(page.locator("#look")).toContainText("第三项要写");
  await expect(page.locator("button[value=import]")).toHaveCount(0);
  await page.locator("#notice").fill(`${year}-01-01 元旦 休\n${year}-01-02 元旦 班`);
  await page.locator("button[value=look]").click();
  await expect(page.locator("#look tbody tr")).toHaveCount(2);
  if (!plain) await expectAccessible(page);
  await page.locator("button[value=import]").click();
  const own = page.locator(`section[aria-labelledby='year-${year}']`);
  await expect(own.locator("tbody tr")).toHaveCount(2);
  await own.locator("summary").click();
  await own.locator("button").click();
  await expect(own).toHaveCount(0);
});
