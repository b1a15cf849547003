// A volunteer signs up for a shift at the kiosk, upright and lying, with and without JavaScript.
import { codeFor, expect, ownWeek, test } from "./house.ts";
import { enter, pair } from "./kiosk-house.ts";
import { WORKED, atDesk } from "./volunteer-house.ts";

test("a volunteer signs up at the kiosk by telephone, and nothing of them stays", async ({ page, browser }) => {
  await pair(page, browser);
  // A volunteer of the demo city: whoever has just signed in is sent no second code within the minute.
  const nth = ["kiosk", "kiosk-lying", "kiosk-plain", "kiosk-lying-plain"].indexOf(test.info().project.name);
  const phone = `138000000${nth + 17}`;
  const desk = await atDesk(browser);
  // In a week in which nothing else is; no demo shift is in the way.
  const start = Date.parse(`${ownWeek()[2]}T10:00:00+08:00`);
  const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
  const shift = await desk.post(`/api/v1/centers/${WORKED}/shifts`, {
    title: "书架整理", starts_at: at(0), ends_at: at(60), volunteers_max: 2, risks: "搬书时请两个人一起搬。",
  });

  await page.goto("/kiosk/menu?field=volunteer");
  await page.locator("a[href='/kiosk/shifts']").click();
  await page.locator("a.kiosk-row").first().click();
  await expect(page).toHaveURL(/\/kiosk\/shifts\/[^/]+$/);
  await page.goto(`/kiosk/shifts/${shift.id}`);
  await page.locator(".kiosk-hand > .kiosk-key[data-tone=main]").click();
  await page.locator("a[href$='/phone']").click();
  await enter(page, phone);
  await page.locator(".kiosk-hand > .kiosk-key[data-tone=main]").click();
  await expect(page).toHaveURL(/\/code$/);
  const other = await (await browser.newContext()).newPage();
  const sent = await codeFor(other, phone);
  await other.context().close();
  await enter(page, sent);
  await page.locator(".kiosk-hand > .kiosk-key[data-tone=main]").click();
  await expect(page).toHaveURL(/\/who$/);
  await page.locator("button[name=person]").first().click();
  await expect(page.locator("main")).toContainText("搬书时请两个人一起搬");
  expect(await page.locator("main").textContent()).not.toContain(phone);
  await page.locator(".kiosk-hand > .kiosk-key[data-tone=main]").click();
  const result = page.locator(".kiosk-result");
  await expect(result).toHaveAttribute("data-light", "green");
  await expect(result.locator(".qr svg")).toBeVisible();
  const code = (await result.locator(".kiosk-number").textContent())!.trim();
  await page.locator("form[action='/kiosk/done'] button").click();
  await expect(page).toHaveURL(/\/kiosk$/);
  // The back key shows nothing of theirs.
  for (let n = 0; n < 3; n++) {
    await page.goBack().catch(() => null);
    const text = await page.content();
    for (const theirs of [phone, code, sent]) expect(text).not.toContain(theirs);
  }
  const people = (await desk.get(`/api/v1/shifts/${shift.id}/assignments`)).items;
  expect(people.map((one: any) => one.state)).toEqual(["confirmed"]);
});
