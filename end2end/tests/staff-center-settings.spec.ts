// What a center says of itself: a closure with what it hits, a room, how it is reached.
import { WORKED, expect, expectAccessible, test } from "./volunteer-house.ts";
import { ownWeek, signInAsStaff } from "./house.ts";

const HOME = `/staff/centers/${WORKED}/settings`;

test("a closure shows what it hits, is saved, and goes again", async ({ page }, info) => {
  const looked = () => (info.project.name.endsWith("-plain") ? undefined : expectAccessible(page));
  await signInAsStaff(page, "luohu-social-worker");
  const day = ownWeek()[2];
  const title = `前台接待 ${Date.now() % 1_000_000}`;
  await page.goto(`/staff/centers/${WORKED}/shifts/new`);
  await page.locator("#title").fill(title);
  await page.locator("#starts_on").fill(day);
  await page.locator("#starts_at").fill("09:00");
  await page.locator("#ends_at").fill("11:00");
  await page.locator("button[value=create]").click();

  await page.goto(`/staff/centers/${WORKED}`);
  await page.locator(`a[href='${HOME}']`).click();
  await looked();
  await page.locator(`a[href='${HOME}/days']`).click();
  await looked();
  await page.locator("#from").fill(day);
  await page.locator("#reason").fill("消防检修");
  await page.locator("main form[method=get] button[type=submit]").click();
  await expect(page.locator("main")).toContainText("居民会看到");
  await expect(page.locator("main table")).toContainText(title);
  await expect(page.locator(`a[href='/staff/centers/${WORKED}/day-off?on=${day}']`)).toBeVisible();
  await looked();
  await page.locator("main form[method=post] button[type=submit]").click();
  await expect(page).toHaveURL(/days\/planned\?/);
  await expect(page.locator("main")).toContainText("不开放：消防检修");
  await expect(page.locator("main table")).toContainText(title);
  await looked();

  await page.goto(HOME);
  const row = page.locator("section[aria-labelledby=days] li").filter({ has: page.locator(`input[value='${day}']`) });
  await expect(row).toContainText("消防检修");
  await row.locator("button").click();
  await expect(page).toHaveURL(/saved=1/);
  await expect(row).toHaveCount(0);
});

test("a room is added, renamed and taken out of use", async ({ page }, info) => {
  const looked = () => (info.project.name.endsWith("-plain") ? undefined : expectAccessible(page));
  await signInAsStaff(page, "luohu-social-worker");
  const name = `书房 ${Date.now() % 1_000_000} ${info.project.name}`;
  await page.goto(`${HOME}/rooms/new`);
  await looked();
  await page.locator("#room").fill(name);
  await page.locator("#seats").fill("很多");
  await page.locator("main .action-bar button").click();
  await expect(page.locator("#seats-error")).toBeVisible();
  await expect(page.locator("#room")).toHaveValue(name);
  await page.locator("#seats").fill("20");
  await page.locator("main .action-bar button").click();
  await expect(page).toHaveURL(/saved=1/);
  await page.locator("main a").filter({ hasText: name }).click();
  await page.locator("#room").fill(`${name} 新`);
  await page.locator("main .action-bar button").click();
  // Somebody else has saved something of the center in between: the form comes back as it was entered.
  if (!page.url().includes("saved=1")) await page.locator("main .action-bar button").click();
  await page.locator("main a").filter({ hasText: `${name} 新` }).click();
  await looked();
  await page.locator("button[value=retire]").click();
  await expect(page).toHaveURL(/saved=1/);
  await expect(page.locator("main")).toContainText("停用的房间");
});

test("a manager says how the center is reached", async ({ page }, info) => {
  const looked = () => (info.project.name.endsWith("-plain") ? undefined : expectAccessible(page));
  await signInAsStaff(page, "luohu-manager");
  for (const form of ["hours", "contact", "status"]) {
    await page.goto(`${HOME}/${form}`);
    await looked();
  }
  await page.goto(`${HOME}/contact`);
  await page.locator("#telephone").fill("打前台");
  await page.locator("main .action-bar button").click();
  await expect(page.locator("#telephone-error")).toBeVisible();
  await expect(page.locator("#telephone")).toHaveValue("打前台");
});
