// Paper at the door: a day's sheets are printed, and keyed back in one press.
import { expect, expectAccessible, signInAsStaff, test } from "./house.ts";
import { publishNow, somebody } from "./kiosk-house.ts";

test("a day's sheets are printed and keyed back", async ({ page, browser }, info) => {
  const looked = () => (info.project.name.endsWith("-plain") ? undefined : expectAccessible(page));
  const occurrence = await publishNow(browser);
  for (const name of ["甘棠", "冬青"]) await (await somebody(browser, occurrence, name)).phone.context().close();
  await signInAsStaff(page, "luohu-social-worker");
  await page.goto(`/staff/occurrences/${occurrence}`);
  const title = (await page.locator("h1").textContent())!;

  await page.goto("/staff");
  await page.locator("a[href$='/sheets']").click();
  const sheet = page.locator(".paper-sheet", { hasText: title });
  await expect(sheet).toContainText("甘棠");
  await expect(sheet).toContainText("冬青");
  await expect(sheet.locator("table")).toHaveCount(2);
  await looked();

  await page.locator("a[href*='/sheets/key-in']").click();
  const back = page.locator("fieldset", { hasText: title });
  await looked();
  // One of the two came; who came is not asked of anybody twice.
  await back.getByLabel("冬青").check();
  await back.locator("input[value=all_but]").check();
  await page.locator("main .action-bar button").click();
  await expect(page).toHaveURL(/done=\d/);
  await expect(page.locator(".notice")).toContainText("已登记");
  await expect(back.locator("li", { hasText: "甘棠" }).locator("input[type=checkbox]")).toHaveCount(0);
  await expect(back.locator("li", { hasText: "冬青" }).locator("input[type=checkbox]")).toHaveCount(1);
  await back.locator("a[href*='/walk-in']").click();
  await expect(page.locator("main")).toContainText("补录");
  await looked();
});
