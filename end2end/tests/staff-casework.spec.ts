// Appointments are offered as afternoons that are cut, seen by the staff as free, and found by a resident as
// keys of times. Everything by links and forms, with and without JavaScript.
import { WORKED, expect, expectAccessible, test } from "./volunteer-house.ts";
import { signInAsStaff } from "./house.ts";

/** A Tuesday within what can be planned, and of no other run. */
function farTuesday(): Date {
  const weeks = 60 + Math.floor(Math.random() * 60);
  const day = new Date(Date.now() + weeks * 7 * 86_400_000);
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 5) % 7));
  return day;
}

const iso = (day: Date, later = 0) => new Date(day.getTime() + later * 86_400_000).toISOString().slice(0, 10);

test("an afternoon is offered as appointments", async ({ page, browser }, info) => {
  const plain = info.project.name.endsWith("-plain");
  const tuesday = farTuesday();
  const title = `个案面谈 ${Date.now() % 1_000_000}`;
  await signInAsStaff(page, "luohu-social-worker");
  await page.goto(`/staff/centers/${WORKED}/casework?from=${iso(tuesday)}`);
  if (!plain) await expectAccessible(page);
  await page.locator("a.button-main[href*='activities/new']").click();
  await page.locator("#title").fill(title);
  await page.locator("[name=starts_on]").fill(iso(tuesday));
  await page.locator("[name=weekdays][value='1']").check();
  await page.locator("[name=count]").fill("2");
  await page.locator("button[name=do][value=preview]").click();
  await expect(page.locator("#preview li")).toHaveCount(2);
  await expect(page.locator("#preview li").first()).toContainText("3 个时段");
  if (!plain) await expectAccessible(page);
  await page.locator("button[name=do][value=publish]").click();
  await expect(page.locator("h1")).toHaveText(title);
  await page.goto(`/staff/centers/${WORKED}/casework?from=${iso(tuesday)}`);
  const slots = page.locator("tbody tr", { hasText: title });
  await expect(slots).toHaveCount(6);
  await expect(slots.first()).toContainText("空着");
  const href = await slots.first().locator("a[href^='/staff/occurrences/']").first().getAttribute("href");
  if (!plain) await expectAccessible(page);

  const visitor = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  await visitor.goto(new URL((href ?? "").replace("/staff", ""), page.url()).href);
  await expect(visitor.locator(".slot-keys a")).toHaveCount(5);
  if (!plain) await expectAccessible(visitor);
  await visitor.locator(".slot-keys a").first().click();
  await expect(visitor.locator("h1")).toHaveText(title);
  await expect(visitor.locator(".slot-keys a")).toHaveCount(5);
  await visitor.context().close();
});
