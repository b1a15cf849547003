// A list of residents that a center has kept in a spreadsheet is looked at and written down.
import { expect, expectAccessible, newPhone, signInAsStaff, test } from "./house.ts";

test("a list of residents is looked at, written down, and found", async ({ page }, info) => {
  const looked = () => (info.project.name.endsWith("-plain") ? undefined : expectAccessible(page));
  const phone = newPhone();
  const name = `郑${String.fromCharCode(0x4e00 + Math.floor(Math.random() * 20_000))}`;
  await signInAsStaff(page, "luohu-social-worker");
  await page.locator("header a[href='/staff/people'], nav a[href$='/people']").first().click();
  await page.locator("a[href$='/people/import']").click();
  await looked();
  await page.locator("#rows").fill(`姓名\t出生日期\t手机号\t身份证号\n${name}\t1958-03-12\t${phone}\t4403\n郑小宝\t2019\t${phone}\t`);
  await page.locator("button[value=look]").click();
  await expect(page.locator("#look [role=status]")).toContainText("新的 1 人");
  await expect(page.locator("#look")).toContainText("身份证号");
  await expect(page.locator("#look table")).not.toContainText(phone);
  await looked();
  await page.locator("button[value=import]").click();
  await expect(page.locator("#told-error")).toBeVisible();
  await page.locator("input[name=told]").check();
  await page.locator("button[value=import]").click();
  await expect(page.locator(".notice")).toContainText("登记好了 1 人");
  await looked();
  await page.locator(".back-link").click();
  await page.locator("#q").fill(name);
  await page.locator("form.filters button").click();
  await expect(page.locator("main")).toContainText(name);
});
