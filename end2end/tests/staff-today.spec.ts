// The social worker's day: who is missing is called and checked in, somebody steps up as lead, everybody
// in the house stands on one page, and the day is looked over before it is closed.
import { WORKED, expect, expectAccessible, joinShift, test } from "./volunteer-house.ts";
import { signInAsStaff } from "./house.ts";

const TODAY = `/staff/centers/${WORKED}/today`;

test("the day of a center, from who is missing to the roll call", async ({ page, browser }, info) => {
  test.slow();
  const plain = info.project.name.endsWith("-plain");
  const looked = () => (plain ? undefined : expectAccessible(page));
  const volunteer = await (await browser.newContext({ javaScriptEnabled: !plain })).newPage();
  const name = `林小${["梅", "兰", "竹", "菊"][Date.now() % 4]}`;
  const { title, shift } = await joinShift(volunteer, browser, name);

  await signInAsStaff(page, "luohu-social-worker");
  // The first page says what runs and what is missing, and leads to the day.
  await page.goto(`/staff/centers/${WORKED}`);
  await expect(page.locator("section[aria-labelledby=now]")).toContainText(title);
  const short = page.locator("section[aria-labelledby=missing] li", { hasText: title });
  await expect(short).toContainText("缺社工");
  await looked();
  await page.locator(`main a[href='${TODAY}']`).click();
  await expect(page).toHaveURL(new RegExp(`${TODAY}$`));
  const missing = page.locator("section[aria-labelledby=missing] li", { hasText: title });
  await expect(missing).toContainText(name);
  await expect(missing).toContainText("晚了");
  await expect(page.locator("section[aria-labelledby=new]")).toContainText(name);
  await looked();

  // The number is masked until somebody asks; then a touch calls it.
  await expect(page.locator("a[href^='tel:']")).toHaveCount(0);
  await missing.locator("form[action$='/today/phone'] button").click();
  await expect(missing.locator("a[href^='tel:15']")).toBeVisible();
  await looked();

  // Somebody steps up; where everybody leads elsewhere just now, the page says so.
  const led = page.locator("section[aria-labelledby=leads] li", { hasText: title });
  await expect(led).toContainText("没有社工");
  const take = led.locator("form[action$='/lead'] button");
  if ((await take.count()) > 0) {
    await take.first().click();
    await expect(page).toHaveURL(/\/today\?done=1$/);
    await expect(led).toContainText("社工没到");
  } else {
    await expect(led).toContainText("没有空着的社工");
  }

  await missing.locator("form[action$='/check-in'] button", { hasText: name }).click();
  await expect(page).toHaveURL(/\/today\?scan=/);
  await expect(page.locator(".verdict[data-result=admitted]")).toContainText(name);
  await expect(missing.filter({ hasText: name })).toHaveCount(0);
  await looked();

  await page.locator(`main a[href='/staff/centers/${WORKED}/roll-call']`).click();
  const row = page.locator(".sign-in-sheet tbody tr", { hasText: title });
  await expect(row).toContainText(name);
  await expect(page.locator(".roll-count")).toContainText("在场");
  await looked();
  if (!plain) {
    await page.emulateMedia({ media: "print" });
    await expect(page.locator(".site-header")).toBeHidden();
    await expect(row).toBeVisible();
    await page.emulateMedia({ media: "screen" });
  }

  // What is over is looked over here; what still goes on is not among it.
  await page.goto(`${TODAY}/close`);
  await expect(page.locator("h1")).toHaveText("收尾");
  await expect(page.locator(`main a[href='/staff/shifts/${shift.id}']`)).toHaveCount(0);
  await looked();
});
