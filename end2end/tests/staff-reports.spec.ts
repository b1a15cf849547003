// A manager reads what came of half a year, follows a figure to its rows, and closes a month.
import { expect, expectAccessible, signInAsStaff, test } from "./house.ts";

const CENTER = "SZ440303001-03";

test("a report is read, followed to its rows, taken along, and a month is closed", async ({ page }, info) => {
  const plain = info.project.name.endsWith("-plain");
  const looked = () => (plain ? undefined : expectAccessible(page));
  await signInAsStaff(page, "luohu-manager");
  await page.locator("header a[href='/staff/reports']").click();
  await expect(page.locator("main h1")).toHaveText("统计报表");
  await expect(page.locator("main")).toContainText("演示数据");
  await looked();

  // Last month, by field: a total, a chart and a table say the same.
  await page.locator("main nav a", { hasText: "上月" }).click();
  const total = page.locator(".tally dd").first();
  const attendances = Number(await total.textContent());
  expect(attendances).toBeGreaterThan(20);
  await expect(page.locator("figure.chart svg")).toBeVisible();
  const last = page.locator("table tbody tr").last();
  await expect(last.locator("th")).toHaveText("合计");
  await expect(last.locator("td[data-label=参加人次]")).toHaveText(String(attendances));
  await looked();

  // Every figure opens what it counts.
  await last.locator("td[data-label=参加人次] a").click();
  const came = page.locator("section[aria-labelledby=dates] td[data-label=到场]");
  const each = (await came.allTextContents()).map(Number);
  expect(each.reduce((sum, one) => sum + one, 0)).toBe(attendances);
  await looked();
  await page.goBack();

  // The same as files.
  for (const [ending, begins] of [["csv", "\ufeff"], ["xlsx", "PK"]]) {
    const link = await page.locator(`a[href*='attendance.${ending}']`).getAttribute("href");
    const file = await page.request.get(link ?? "");
    expect(file.ok()).toBe(true);
    const text = (await file.body()).toString(ending === "csv" ? "utf8" : "latin1");
    expect(text.startsWith(begins)).toBe(true);
    if (ending === "csv") expect(text).toContain(`,${attendances},`);
  }

  // The year: targets are written down, and a month is closed once.
  await page.locator(`main a[href='/staff/centers/${CENTER}/year']`).click();
  await looked();
  await page.locator("details.disclosure summary", { hasText: "写下指标" }).click();
  await page.locator("#activities").fill("96");
  await page.locator("#cases").fill("3x");
  await page.locator("form[action$='/year/targets'] button").click();
  await expect(page.locator("#cases-error")).toBeVisible();
  await page.locator("#cases").fill("30");
  await page.locator("form[action$='/year/targets'] button").click();
  await expect(page.locator("section[aria-labelledby=contract] table")).toContainText("96");
  await looked();
  const open = page.locator("form[action$='/year/close'] button");
  // With and without script run side by side and close one month each.
  await (plain ? open.first() : open.last()).click();
  await expect(page).toHaveURL(/done=month$/);
  await expect(page.locator("section[aria-labelledby=months] table")).toContainText("已结（");
  await looked();
});
