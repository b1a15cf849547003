// A social worker plans shifts, names a lead, and accepts a volunteer.
import { WORKED, expect, expectAccessible, test } from "./volunteer-house.ts";
import { signInAsStaff } from "./house.ts";

test("a week of shifts is planned, led and cancelled", async ({ page }, info) => {
  const looked = () => (info.project.name.endsWith("-plain") ? undefined : expectAccessible(page));
  await signInAsStaff(page, "luohu-social-worker");
  await page.goto(`/staff/centers/${WORKED}/shifts`);
  await looked();
  await page.locator(`a[href='/staff/centers/${WORKED}/shifts/new']`).click();
  const title = `门口引导 ${Date.now() % 1_000_000}`;
  await page.locator("#title").fill(title);
  await page.locator("#duty").selectOption("door");
  // A Monday long after the demo's week; the hour differs by run, so that the lead is free.
  const start = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
  const hour = 18 + (Date.now() % 4);
  const minute = 10 + (Math.floor(Date.now() / 10) % 40);
  await page.locator("#starts_on").fill(start);
  await page.locator("#starts_at").fill(`${hour}:${minute}`);
  await page.locator("#ends_at").fill(`${hour}:${minute + 5}`);
  await page.locator("#weeks").fill("3");
  await page.locator("#volunteers_min").fill("5");
  await page.locator("button[value=create]").click();
  await expect(page.locator("#volunteers_min-error")).toBeVisible();
  await looked();
  await page.locator("#volunteers_min").fill("1");
  await page.locator("button[value=preview]").click();
  await expect(page.locator("#planned ~ ul li")).toHaveCount(3);
  await page.locator("button[value=create]").click();
  await expect(page).toHaveURL(new RegExp(`/staff/centers/${WORKED}/shifts$`));

  const row = page.locator("tr", { hasText: title }).first();
  await expect(row).toContainText("社工、义工都缺");
  await row.locator("a").first().click();
  await page.locator("form[action$='/lead'] button").click();
  await expect(page).toHaveURL(/\?done=1$/);
  await expect(page.locator("main")).toContainText("缺义工");
  await looked();
  await page.locator("main details.disclosure summary").click();
  await page.locator("#reason").fill("台风");
  await page.locator("button.button-danger").click();
  await expect(page).toHaveURL(/\?done=1$/);
  await expect(page.locator("main")).toContainText("已结束或取消");
});
