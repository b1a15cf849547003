// What is stored of a resident: seen, taken along, and deleted unless they change their mind.
import { readFile } from "node:fs/promises";
import { expect, expectAccessible, signInAsNew, test } from "./house.ts";

test("a resident takes a copy, asks for deletion, and changes their mind", async ({ page }, info) => {
  const looked = () => (info.project.name.endsWith("-plain") ? undefined : expectAccessible(page));
  const phone = await signInAsNew(page, "沈玉梅", 1951);
  await page.goto("/me/family");
  await page.locator("a[href='/me/data']").click();
  await expect(page.locator("h1")).toHaveText("我的资料");
  await looked();
  const saving = page.waitForEvent("download");
  await page.locator("a[href='/me/data/copy']").click();
  const saved = await (await saving).path();
  const copy = JSON.parse(await readFile(saved, "utf8"));
  expect(copy.account.phone).toBe(phone);
  expect(copy.people[0].name).toBe("沈玉梅");

  await page.locator("a[href='/me/data/delete']").click();
  await looked();
  await page.locator("form[action='/me/data/delete'] button").click();
  await expect(page).toHaveURL(/\/me\/data$/);
  await expect(page.locator(".notice")).toContainText("您的账号将在");
  await looked();
  await page.locator("form[action='/me/data/keep'] button").click();
  await expect(page.locator(".notice")).toContainText("账号保留了");
});
