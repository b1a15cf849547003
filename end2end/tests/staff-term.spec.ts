// A term in a center's life: it is planned over a public holiday, one of its dates is called off and everyone
// is told, and the next term begins like this one.
import { expect, expectAccessible, signInAsNew, signInAsStaff, test } from "./house.ts";
import { WORKER } from "./kiosk-house.ts";

const DAY = 86_400_000;

function iso(day: Date): string {
  return day.toISOString().slice(0, 10);
}

test("a term is planned over a public holiday, loses a date, and comes again", async ({ page, browser }, info) => {
  test.setTimeout(240_000);
  const plain = info.project.name.endsWith("-plain");
  const looked = () => (plain ? undefined : expectAccessible(page));
  const today = new Date(Date.now() + 8 * 3_600_000);
  const newYear = new Date(Date.UTC(today.getUTCFullYear() + 1, 0, 1));
  // From two weeks before the holiday, where that is still to come.
  const weeks = Math.min(2, Math.floor((newYear.getTime() - today.getTime() - 2 * DAY) / (7 * DAY)));
  const first = new Date(newYear.getTime() - Math.max(0, weeks) * 7 * DAY);
  const weekday = (newYear.getUTCDay() + 6) % 7;

  // What was announced is pasted once, for the whole city.
  const admin = await (await browser.newContext({ javaScriptEnabled: !plain })).newPage();
  await signInAsStaff(admin, "admin");
  await admin.goto("/staff/holidays");
  await admin.locator("#notice").fill(`${iso(newYear)} 元旦 休`);
  await admin.locator("button[value=look]").click();
  await expect(admin.locator("#look")).toBeVisible();
  const news = admin.locator("button[value=import]");
  if ((await news.count()) > 0) await news.click();

  await signInAsStaff(page, WORKER);
  await page.goto("/staff/activities");
  await page.locator("a[href$='/activities/new']").first().click();
  const title = `书法班 ${Date.now() % 1_000_000}${info.workerIndex}`;
  await page.locator("[name=title]").fill(title);
  await page.locator("[name=mode]").last().check();
  await page.locator(`[name=weekdays][value='${weekday}']`).check();
  await page.locator("[name=starts_on]").fill(iso(first));
  await page.locator("[name=starts_at]").fill("15:00");
  await page.locator("[name=ends_at]").fill("16:30");
  await page.locator("[name=count]").fill("5");
  await page.locator("[name=capacity]").fill("15");
  await page.locator("button[name=do][value=preview]").click();
  await expect(page.locator(".date-preview li")).toHaveCount(5);
  const holiday = page.locator(".date-preview li", { hasText: "元旦" });
  await expect(holiday).toHaveCount(1);
  await looked();
  await holiday.locator("[value=skip]").check();
  await page.locator("button[name=do][value=preview]").click();
  await expect(holiday).toContainText("不开");
  await page.locator("button[name=do][value=publish]").click();
  await expect(page.locator("main h1")).toHaveText(title);
  const dates = page.locator("section[aria-labelledby=dates] tbody tr");
  await expect(dates).toHaveCount(4);
  await looked();
  const activity = page.url();

  // Somebody books the last date, which is then called off.
  const last = await dates.last().locator("a").first().getAttribute("href");
  const occurrence = last!.split("/").pop()!;
  const phone = await (await browser.newContext({ javaScriptEnabled: !plain, viewport: { width: 360, height: 800 } })).newPage();
  await signInAsNew(phone, "罗秀兰", 1957);
  await phone.goto(`/occurrences/${occurrence}/book`);
  await phone.locator(`form[action='/occurrences/${occurrence}/book'] button[type=submit]`).click();
  await expect(phone.locator(".ticket")).toHaveAttribute("data-state", "confirmed");
  await page.goto(`/staff/occurrences/${occurrence}/edit`);
  const cancel = page.locator("details:has(button[value=cancel])");
  await cancel.locator("summary").click();
  await cancel.locator("[name=reason]").fill("老师请假");
  await cancel.locator("button[value=cancel]").click();
  await phone.goto("/me/messages");
  await expect(phone.locator(".message[data-unread]").first()).toContainText("老师请假");

  // The next term: everything but the days.
  await page.goto(activity);
  await page.locator("main a[href*='activities/new?like=']").click();
  await expect(page.locator("[name=title]")).toHaveValue(title);
  await expect(page.locator(`[name=weekdays][value='${weekday}']`)).toBeChecked();
  await expect(page.locator("[name=capacity]")).toHaveValue("15");
  await expect(page.locator("[name=starts_on]")).toHaveValue("");
  await looked();
});
