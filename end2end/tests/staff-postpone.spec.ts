// A series is postponed after a look at where its dates would go, and put back. Everything by links and forms,
// with and without JavaScript.
import { WORKED, atDesk, expect, expectAccessible, test } from "./volunteer-house.ts";
import { signInAsStaff } from "./house.ts";

/** Within what can be planned, and of no other run. */
function farMonday(): Date {
  const weeks = 60 + Math.floor(Math.random() * 60);
  const monday = new Date(Date.now() + weeks * 7 * 86_400_000);
  monday.setUTCDate(monday.getUTCDate() - ((monday.getUTCDay() + 6) % 7));
  return monday;
}

const iso = (day: Date, later = 0) => new Date(day.getTime() + later * 86_400_000).toISOString().slice(0, 10);

test("a series is postponed and put back", async ({ page, browser }, info) => {
  const plain = info.project.name.endsWith("-plain");
  const monday = farMonday();
  const title = `太极拳 ${Date.now() % 1_000_000}`;
  const desk = await atDesk(browser);
  await desk.post(`/api/v1/centers/${WORKED}/activities`, {
    title, kind: "group", field: "elder", publish: true,
    starts_at: `${iso(monday)}T09:00:00+08:00`, ends_at: `${iso(monday)}T11:00:00+08:00`,
    rrule: "FREQ=WEEKLY;COUNT=3", capacity: 20,
  });
  await signInAsStaff(page, "luohu-social-worker");
  await page.goto(`/staff/centers/${WORKED}/calendar?view=day&on=${iso(monday)}`);
  await page.locator("a.plan-entry", { hasText: title }).first().click();
  await page.locator("a[href^='/staff/activities/']").first().click();
  await page.locator("a[href$='/postpone']").click();
  if (!plain) await expectAccessible(page);
  await page.locator("main form[method=get] button[type=submit]").click();
  await expect(page.locator("#look tbody tr")).toHaveCount(3);
  if (!plain) await expectAccessible(page);
  await page.locator("#look button[type=submit]").click();
  await expect(page.locator("main")).toContainText("已顺延 3 场");
  await page.locator("form[action$='/postpone/undo'] button").click();
  await expect(page.locator("main")).toContainText("已改回 3 场");
});
