// A lead closes yesterday's shift, a colleague approves what was entered, and a certificate is made out.
import { WORKED, expect, expectAccessible, test } from "./volunteer-house.ts";
import { signInAsStaff } from "./house.ts";

test("a shift is closed, its hours are on record, and a certificate tells of them", async ({ page }, info) => {
  const plain = info.project.name.endsWith("-plain");
  const looked = () => (plain ? undefined : expectAccessible(page));
  await signInAsStaff(page, "luohu-social-worker");
  await page.goto(`/staff/centers/${WORKED}/shifts`);
  await looked();
  // The demo has two; each way of running takes one. The journey of the whole way leaves its own.
  const open = page.locator("section[aria-labelledby=unclosed] a.row").filter({ hasNotText: "一路走来" });
  await (plain ? open.last() : open.first()).click();
  await expect(page.locator("#sheet")).toBeVisible();
  await looked();
  const minutes = page.locator("input[name^='minutes-']");
  const many = await minutes.count();
  expect(many).toBeGreaterThan(0);
  const most = Number(await minutes.first().inputValue());
  await minutes.first().fill(String(most - 5));
  await page.locator("button[form=closing], form#closing button").click();
  await expect(page).toHaveURL(/\?done=1$/);
  await expect(page.locator("input[name^='minutes-']")).toHaveCount(0);
  await looked();
  // What is wrong is corrected beside the entry.
  await page.locator("main details.disclosure summary", { hasText: "更正" }).click();
  await page.locator("#add").fill("-10");
  await page.locator("#why").fill("中途离开十分钟");
  await page.locator("form[action$='/correct'] button").click();
  await expect(page).toHaveURL(/\?done=1$/);
  await expect(page.locator("main")).toContainText("减 10 分钟");

  // Whoever entered hours does not approve them; a colleague does.
  await page.goto(`/staff/centers/${WORKED}/hours`);
  await looked();
  const waiting = page.locator("section[aria-labelledby=waiting] li.card");
  await expect(waiting.first()).toContainText("自己录入的");
  await expect(waiting.locator("button.button-main")).toHaveCount(0);
  await page.context().clearCookies();
  await signInAsStaff(page, "luohu-manager");
  await page.goto(`/staff/centers/${WORKED}/hours`);
  const before = await waiting.count();
  expect(before).toBeGreaterThan(0);
  await waiting.first().locator("button.button-main").click();
  await expect(page).toHaveURL(/\?done=1$/);
  expect(await waiting.count()).toBeLessThanOrEqual(before);
  await looked();

  await page.locator(`main a[href='/staff/centers/${WORKED}/certificates']`).click();
  await looked();
  await page.locator("#person").selectOption({ label: "蔡淑芬" });
  await page.locator(`form[action='/staff/centers/${WORKED}/certificates'] button`).click();
  await expect(page).toHaveURL(/\?done=made$/);
  await looked();
  await page.locator("main .card p.clock a").first().click();
  await expect(page.locator("article.certificate")).toContainText("蔡淑芬");
  await expect(page.locator("[data-standing=valid]")).toBeVisible();
  await expect(page.locator("article.certificate")).toContainText("演示数据");
  await looked();
  const file = await page.request.get(`${page.url()}.pdf`);
  expect(file.headers()["content-type"]).toBe("application/pdf");
  expect((await file.body()).subarray(0, 5).toString()).toBe("%PDF-");
});
