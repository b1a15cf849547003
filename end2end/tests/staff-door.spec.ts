// The door without a ticket: a known family walks in, somebody is found by their number, a card.
import { expect, expectAccessible, signInAsNew, signInAsStaff, test } from "./house.ts";
import { center, publishNow, somebody, WORKER } from "./kiosk-house.ts";

test("a known family is chosen from, and one of them gets a card", async ({ page, browser, javaScriptEnabled }) => {
  const occurrence = await publishNow(browser);
  const resident = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  const phone = await signInAsNew(resident, "欧阳建国", 1957);
  for (const [name, year] of [["欧阳小宝", "2008"], ["欧阳小贝", "2006"]]) {
    await resident.goto("/me/family/add");
    await resident.locator("#name").fill(name);
    await resident.locator("#birth_year").fill(year);
    await resident.locator("#relation").selectOption("child");
    await resident.locator("form:has(#name) button[type=submit]").click();
    await expect(resident).not.toHaveURL(/add$/);
  }
  await resident.context().close();

  await signInAsStaff(page, WORKER);
  const here = `/staff/centers/${await center(page)}`;
  await page.goto(`/staff/occurrences/${occurrence}/walk-in`);
  await page.locator("#phone").fill(phone);
  await page.locator("main form button[type=submit]").click();
  if (javaScriptEnabled) await expectAccessible(page);
  // Masked; who reads alike is told apart by the birth year.
  await expect(page.locator("main")).not.toContainText("小宝");
  await page.locator(".choice", { hasText: "2006" }).locator("input").check();
  await page.locator(".choice", { hasText: "2008" }).locator("input").check();
  await page.locator("main form button[type=submit]").click();
  await expect(page.locator(".verdict[data-kind=good]")).toHaveCount(2);
  if (javaScriptEnabled) await expectAccessible(page);
  // Room for the next one.
  await expect(page.locator("#phone")).toHaveValue("");

  await page.goto(`${here}/cards`);
  await page.locator("#phone").fill(phone);
  await page.locator("form[action$='/cards/find'] button").click();
  if (javaScriptEnabled) await expectAccessible(page);
  const row = page.locator("li", { hasText: "2006" });
  await row.locator("form[action$='/cards'] button").click();
  const card = page.locator(".door-card");
  await expect(card.locator(".door-card-name")).toHaveText("欧阳小贝");
  const box = (await card.boundingBox())!;
  // 85.6 by 54 mm, at 96 pixels an inch.
  expect([Math.round(box.width), Math.round(box.height)]).toEqual([324, 204]);
  // Measuring and axe need a page that runs scripts.
  if (javaScriptEnabled) {
    const over = await card.evaluate((face) => [face.scrollWidth - face.clientWidth, face.scrollHeight - face.clientHeight]);
    expect(over, "everything is on the card").toEqual([0, 0]);
  }
  await page.emulateMedia({ media: "print" });
  await expect(card).toBeVisible();
  await expect(page.locator("form[action$='/revoke']")).toBeHidden();
});

test("C-132: somebody is found by the end of their number and marked", async ({
  page,
  browser,
  javaScriptEnabled,
}) => {
  const occurrence = await publishNow(browser);
  const { phone } = await somebody(browser, occurrence, "沈青");
  await phone.context().close();
  await signInAsStaff(page, WORKER);
  const here = `/staff/centers/${await center(page)}`;
  await page.goto(`/staff/occurrences/${occurrence}/sheet`);
  const tail = (await page.locator(".sign-in-sheet tbody td").nth(1).textContent())!.trim();
  // The page's module waits until it is seen where things stand without it.
  let start = () => {};
  const seen = new Promise<void>((done) => (start = done));
  await page.route(/\/pkg\/desk\.[^/]*\.js$/, async (route) => {
    await seen;
    await route.continue();
  });
  await page.goto(`${here}/door`, { waitUntil: "commit" });
  const search = page.locator("form.filters button", { hasText: "查找" });
  await expect(search).toBeVisible();
  // What is measured is the page as it is drawn: with its styles and fonts.
  await page.waitForFunction(() => [...document.querySelectorAll("link[rel=stylesheet]")].every((link) => (link as HTMLLinkElement).sheet));
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  const before = await search.boundingBox();
  start();
  if (javaScriptEnabled !== false) await expect(page.locator("html")).toHaveAttribute("data-hydrated", "");
  // Nothing moves when the module starts: a press that began on the button would be lost.
  expect((await search.boundingBox())?.y).toBe(before?.y);
  await page.locator("#name").fill(tail);
  await search.click();
  const row = page.locator("#door-found li", { hasText: "沈青" });
  await expect(row).toContainText(`****${tail}`);
  await row.locator("button").click();
  await expect(page.locator("#door-answer .verdict")).toHaveAttribute("data-kind", "good");
  await expect(page.locator("#door-answer .verdict")).toContainText("沈青");
});
