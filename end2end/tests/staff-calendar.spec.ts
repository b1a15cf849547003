// A social worker looks at the calendar, sees what is in a room, finds the next free time and opens the form
// with it, moves a date and undoes it. Everything by links and forms, with and without JavaScript.
import { WORKED, atDesk, expect, expectAccessible, test } from "./volunteer-house.ts";
import { ownWeek, signInAsStaff } from "./house.ts";

const SCREENS = [[1440, 900], [360, 800]] as const;

test("a date is found, moved and put back", async ({ page, browser }, info) => {
  const plain = info.project.name.endsWith("-plain");
  // In both languages, on a desk and on a phone: nothing to complain of, and the page never scrolls sideways.
  const looked = async () => {
    const here = page.url();
    for (const lang of ["en", "zh-CN"]) {
      await page.context().addCookies([{ name: "lang", value: lang, url: here }]);
      for (const [width, height] of SCREENS) {
        await page.setViewportSize({ width, height });
        await page.goto(here);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wide, `${lang} ${width}: ${here}`).toBeLessThanOrEqual(0);
        await expectAccessible(page);
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(here);
  };

  const week = ownWeek();
  const day = (nth: number) => week[nth];
  const mark = Date.now() % 1_000_000;
  const [title, other, room] = [`书法 ${mark}`, `合唱 ${mark}`, `教室 ${mark}`];
  const desk = await atDesk(browser);
  for (const [name, nth] of [[title, 1], [other, 2]] as const) {
    await desk.post(`/api/v1/centers/${WORKED}/activities`, {
      title: name, kind: "group", field: "elder", publish: true,
      starts_at: `${day(nth)}T09:00:00+08:00`, ends_at: `${day(nth)}T11:00:00+08:00`, room, capacity: 20,
    });
  }

  await signInAsStaff(page, "luohu-social-worker");
  await page.goto(`/staff/centers/${WORKED}/activities`);
  await page.locator(`a[href='/staff/centers/${WORKED}/calendar']`).first().click();
  await expect(page.locator("main h1")).toBeVisible();
  const calendar = `/staff/centers/${WORKED}/calendar`;
  await page.goto(`${calendar}?view=week&on=${day(0)}&by=room`);
  const table = page.locator(".plan-table");
  const entry = (name: string) => table.locator("a.plan-entry", { hasText: name });
  await expect(table.locator("tbody th", { hasText: room })).toBeVisible();
  await expect(entry(title)).toBeVisible();
  await expect(entry(other)).toBeVisible();
  if (!plain) {
    for (const view of ["day", "week", "month"]) {
      await page.goto(`${calendar}?view=${view}&on=${day(1)}&by=room`);
      await looked();
    }
  }

  // On a phone it is a list by day, with the same links.
  await page.setViewportSize({ width: 360, height: 800 });
  await page.goto(`${calendar}?view=week&on=${day(0)}&by=room`);
  await expect(table).toBeHidden();
  await expect(page.locator(".plan-list a.plan-entry", { hasText: title })).toBeVisible();
  await page.setViewportSize({ width: 1440, height: 900 });

  // Picked up: the day of the other says why not, and the one after takes it.
  await page.locator(".plan-table .plan-item", { hasText: title }).locator("a.plan-take").click();
  await expect(page.locator("#move .notice")).toContainText(title);
  await page.locator("#move details summary").click();
  await expect(page.locator("#move details")).toContainText(other);
  await page.locator(`#move button[name=at][value^='${day(3)}T09:00']`).click();
  await expect(page.locator("#moved")).toContainText(title);
  if (!plain) await expectAccessible(page);
  const on = (nth: number) => table.locator(`thead th:nth-child(${nth + 2}) a`);
  await on(3).click();
  await expect(entry(title)).toBeVisible();
  await page.goBack();
  await page.locator("#moved button").click();
  await expect(page.locator("#moved")).toContainText(title);
  await on(1).click();
  await expect(entry(title)).toBeVisible();

  // The next free time of the room opens the form of an activity with it.
  await page.locator("#room").selectOption({ label: room });
  await page.locator("#minutes").selectOption("120");
  await page.locator("#free button[type=submit]").click();
  await expect(page.locator("#free ol li")).toHaveCount(3);
  if (!plain) await expectAccessible(page);
  await page.locator("#free ol a").first().click();
  await expect(page.locator("#room")).toHaveValue(room);
  await expect(page.locator("#starts_at")).not.toHaveValue("");
});
