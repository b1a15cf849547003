// The city writes a service once; a center says it in its own words, and is shown what the city changes.
import { expect, expectAccessible, signInAsStaff, test } from "./house.ts";

test("the city changes a service under a center's own words", async ({ page, browser }, info) => {
  const plain = info.project.name.endsWith("-plain");
  const city = await (await browser.newContext({ javaScriptEnabled: !plain })).newPage();
  await signInAsStaff(city, "admin");
  await city.goto("/staff/menu/template");
  if (!plain) await expectAccessible(city);
  await city.locator("a[href='/staff/menu/template/new']").click();
  const name = `磨刀 ${Date.now() % 1_000_000}`;
  await city.locator("#zh_name").fill(name);
  await city.locator("#zh_bring").fill("刀具");
  if (!plain) await expectAccessible(city);
  await city.locator("form.form button[type=submit]").click();
  await expect(city).toHaveURL(/\/staff\/menu\/template\?done=1$/);

  await signInAsStaff(page, "luohu-social-worker");
  await page.goto("/staff/menu");
  const row = page.locator("tr", { hasText: name });
  await row.locator("a").first().click();
  await page.locator("#zh_bring").fill("刀具和报纸");
  await page.locator("form.form button.button-main").click();
  await expect(page).toHaveURL(/done=1$/);

  await city.locator("tr", { hasText: name }).locator("a").first().click();
  await city.locator("#zh_bring").fill("刀具，用布包好");
  await city.locator("form.form button[type=submit]").click();
  await expect(city).toHaveURL(/done=1$/);
  await page.goto("/staff/menu");
  await expect(row).toContainText("模板改了");
  await row.locator("a").first().click();
  await expect(page.locator("main")).toContainText("模板现在：刀具，用布包好");
  if (!plain) await expectAccessible(page);
  await page.locator("label", { has: page.locator("[name=take]") }).click();
  await page.locator("form.form button.button-main").click();
  await expect(page).toHaveURL(/done=1$/);
  await expect(row).not.toContainText("模板改了");

  // One place up is one place up, and nobody is offered it any more when the city ends it.
  const above = page.locator("tr", { hasText: name }).locator("xpath=preceding-sibling::tr[1]");
  const before = await above.locator("th").textContent();
  await row.locator("button[value=up]").click();
  const below = page.locator("tr", { hasText: name }).locator("xpath=following-sibling::tr[1]");
  await expect(below.locator("th")).toHaveText(before!);
  await city.locator("tr", { hasText: name }).locator("a").first().click();
  await city.locator("label", { has: city.locator("[name=on]") }).click();
  await city.locator("form.form button[type=submit]").click();
  await expect(city).toHaveURL(/done=1$/);
  await page.goto("/staff/menu");
  await expect(row).toHaveCount(0);
});
