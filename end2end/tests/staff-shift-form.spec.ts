// A shift with everything that it can ask for: a draft, published, changed; and a day cancelled as a
// whole.
import { WORKED, expect, expectAccessible, test } from "./volunteer-house.ts";
import { ownWeek, signInAsStaff } from "./house.ts";

test("a draft asks for everything, is published, and changes", async ({ page }, info) => {
  const looked = () => (info.project.name.endsWith("-plain") ? undefined : expectAccessible(page));
  await signInAsStaff(page, "luohu-social-worker");
  await page.goto(`/staff/centers/${WORKED}/shifts/new`);
  const title = `社区义诊 ${Date.now() % 1_000_000}`;
  await page.locator("#title").fill(title);
  await page.locator("#duty").selectOption("outreach");
  // Within the two weeks that the list shows.
  const day = new Date(Date.now() + 11 * 86_400_000).toISOString().slice(0, 10);
  await page.locator("#starts_on").fill(day);
  await page.locator("#starts_at").fill("19:00");
  await page.locator("#ends_at").fill("20:30");
  await page.locator("#volunteers_max").fill("3");
  await page.locator("details.unfold summary").click();
  await page.locator("#position_1").fill("登记台");
  await page.locator("#position_1_max").fill("1");
  await page.locator("#risks").fill("走外侧，扶好扶手");
  await looked();
  await page.locator("button[value=draft]").click();
  // Three volunteers have no room in positions for one: the form says so, and keeps what was entered.
  await expect(page.locator("#positions-error")).toBeVisible();
  await expect(page.locator("#title")).toHaveValue(title);
  await page.locator("#position_2").fill("带路");
  await page.locator("#position_2_max").fill("2");
  await page.locator("button[value=draft]").click();
  await expect(page).toHaveURL(new RegExp(`/staff/centers/${WORKED}/shifts$`));

  const row = page.locator("tr", { hasText: title });
  await expect(row).toContainText("草稿");
  await row.locator("a").first().click();
  await looked();
  const here = new URL(page.url()).pathname;
  const known = here.replace("/staff/", "/");
  expect((await page.request.get(known)).status()).toBe(404);
  await page.locator("form[action$='/publish'] button").click();
  await expect(page).toHaveURL(/\?done=1$/);
  expect((await page.request.get(known)).status()).toBe(200);

  await page.locator(`a[href='${here}/edit']`).click();
  await looked();
  await page.locator("#room").fill("一楼大厅");
  await page.locator("#starts_at").fill("18:30");
  await page.locator("#position_2").fill("引导");
  await page.locator("main form button.button-main").click();
  await expect(page).toHaveURL(/\?done=edited/);
  await expect(page.locator("main")).toContainText("18:30");
  await expect(page.locator("main")).toContainText("一楼大厅");
});

test("a whole day is cancelled in one press", async ({ page }, info) => {
  const looked = () => (info.project.name.endsWith("-plain") ? undefined : expectAccessible(page));
  await signInAsStaff(page, "luohu-social-worker");
  const day = ownWeek()[2];
  for (const title of ["前台接待", "门口引导"]) {
    await page.goto(`/staff/centers/${WORKED}/shifts/new`);
    await page.locator("#title").fill(title);
    await page.locator("#starts_on").fill(day);
    await page.locator("#starts_at").fill("09:00");
    await page.locator("#ends_at").fill("11:00");
    await page.locator("button[value=create]").click();
    await expect(page).toHaveURL(new RegExp(`/staff/centers/${WORKED}/shifts$`));
  }
  await page.locator(`a[href='/staff/centers/${WORKED}/day-off']`).click();
  await looked();
  await page.locator("#on").fill(day);
  await page.locator("form.filters button").click();
  const rows = page.locator("section[aria-labelledby=falls-away] tbody tr");
  expect(await rows.count()).toBeGreaterThanOrEqual(2);
  await looked();
  await page.locator("#reason").fill("台风");
  await page.locator("button.button-danger").click();
  await expect(page).toHaveURL(/done=1/);
  await expect(page.locator("main")).toContainText("取消好了");
  await expect(rows).toHaveCount(0);
});
