// Shifts at risk and whom one asks, what a center decides for itself, and supervision in figures.
import { WORKED, atDesk, expect, expectAccessible, test } from "./volunteer-house.ts";
import { signInAsStaff } from "./house.ts";

test("a shift at risk, asking for help, and the center's policy", async ({ page, browser }, info) => {
  const plain = info.project.name.endsWith("-plain");
  const looked = () => (plain ? undefined : expectAccessible(page));
  const desk = await atDesk(browser);
  const start = Date.now() + (26 + Math.floor(Math.random() * 40)) * 3_600_000;
  const title = `缺人手 ${start % 1_000_000}`;
  await desk.post(`/api/v1/centers/${WORKED}/shifts`, {
    title, starts_at: new Date(start).toISOString(), ends_at: new Date(start + 3_600_000).toISOString(),
    volunteers_min: 2, volunteers_max: 3,
  });
  await signInAsStaff(page, "luohu-manager");
  await page.goto(`/staff/centers/${WORKED}/today`);
  await page.locator(`main a[href='/staff/centers/${WORKED}/risk']`).first().click();
  const risk = page.locator("main li, main section.card, main article").filter({ hasText: title }).last();
  await expect(risk).toContainText("没有社工带队");
  await looked();
  await risk.locator("button[type=submit]").first().click();
  await expect(page.locator("main [role=status], main .notice, main .fresh").first()).toBeVisible();
  await looked();

  await page.goto(`/staff/centers/${WORKED}/policy`);
  await looked();
  await page.locator("main input[value=warns]").check();
  await page.locator("main form button[type=submit]").click();
  await expect(page.locator("main input[value=warns]")).toBeChecked();
  await page.locator("main input[value=blocks]").check();
  await page.locator("main form button[type=submit]").click();
  await expect(page.locator("main input[value=blocks]")).toBeChecked();
});
