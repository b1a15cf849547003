// Whoever oversees centers sees first what needs a look; who did what is found by who, what and when; and
// staff write to those who take part.
import { expect, expectAccessible, signInAsStaff, test } from "./house.ts";
import { publishNow, somebody, WORKER } from "./kiosk-house.ts";
import type { Page, TestInfo } from "@playwright/test";

/** Axe, where there are scripts. */
async function looked(page: Page, info: TestInfo): Promise<void> {
  if (!info.project.name.endsWith("-plain")) await expectAccessible(page);
}

test("centers at a glance: tiles, what needs a look, and the table in another order", async ({ page }, info) => {
  await signInAsStaff(page, "luohu-supervisor");
  await page.goto("/staff");
  await page.locator("main a[href='/staff/overview']").click();
  await expect(page.locator("main h1")).toHaveText("各中心概况");
  await expect(page.locator("main")).toContainText("演示数据");
  const rows = page.locator("section[aria-labelledby=all] tbody tr");
  const many = await rows.count();
  expect(many).toBeGreaterThan(10);
  // A tile for each center, which keys pass by: the table says the same.
  await expect(page.locator(".tile")).toHaveCount(many);
  await expect(page.locator(".tile:not([tabindex='-1'])")).toHaveCount(0);
  await looked(page, info);

  await page.locator("section[aria-labelledby=all] nav a", { hasText: "上周人次" }).click();
  await expect(page).toHaveURL(/sort=attendances/);
  const figures = await rows.locator("td[data-label=上周人次]").allTextContents();
  const known = figures.map(Number).filter((figure) => !Number.isNaN(figure));
  expect(known).toEqual([...known].sort((a, b) => b - a));

  // Each line leads to its center.
  await rows.first().locator("th a").click();
  await expect(page).toHaveURL(/\/staff\/centers\/SZ/);
});

test("the log is narrowed to one thing and one person, and widened again", async ({ page }, info) => {
  await signInAsStaff(page, "luohu-manager");
  await page.goto("/staff/audit");
  const rows = page.locator("main tbody tr");
  const all = await rows.count();
  expect(all).toBeGreaterThan(1);
  await rows.first().locator("summary").click();
  await rows.first().locator("a", { hasText: "此人的全部记录" }).click();
  await expect(page).toHaveURL(/actor=/);
  await expect(page.locator("main")).toContainText("仅显示");
  await looked(page, info);
  await page.locator("main a", { hasText: "显示全部" }).click();
  await expect(page).toHaveURL(/\/staff\/audit$/);

  await page.locator("[name=from]").fill("2001-01-01");
  await page.locator("[name=to]").fill("2001-01-02");
  await page.locator("form.filters button[type=submit]").click();
  await expect(rows).toHaveCount(0);
  await expect(page.locator("[name=to]")).toHaveValue("2001-01-02");
});

test("staff write to those who take part, and see first to whom it goes", async ({ page, browser }, info) => {
  const occurrence = await publishNow(browser);
  const { phone } = await somebody(browser, occurrence, "何秀英");
  await signInAsStaff(page, WORKER);
  await page.goto(`/staff/occurrences/${occurrence}`);
  await page.locator(`main a[href='/staff/occurrences/${occurrence}/write']`).click();
  await expect(page.locator("section[aria-labelledby=recipients] tbody tr")).toHaveText(/何\*\*/);
  await looked(page, info);
  const text = `请从北门进 ${Date.now() % 1_000_000}`;
  const send = page.locator("form[action$='/write'] button[type=submit]");
  await page.locator("#text").fill(text);
  await page.locator("#audience").selectOption("line");
  await send.click();
  // Nobody is in line: what was typed stays.
  await expect(page.locator(".error-summary")).toBeVisible();
  await expect(page.locator("#text")).toHaveValue(text);
  await page.locator("#audience").selectOption("places");
  await send.click();
  await expect(page.locator("main")).toContainText("已发给 1 家");
  await phone.goto("/me/messages");
  await expect(phone.locator("main")).toContainText(text);
  await phone.context().close();
});
