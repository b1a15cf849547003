// Staff accounts: a manager makes one, its owner starts with it, and the manager switches it off.
import { expect, expectAccessible, signInAsStaff, test } from "./house.ts";
import type { Page } from "@playwright/test";

const LIST = "/staff/accounts";
/** Where the demo's manager works. */
const OWN = "SZ440303001-03";

/** Signs in with that password; where it leads is the caller's to say. */
async function enter(page: Page, username: string, password: string): Promise<void> {
  await page.goto("/staff/sign-in");
  await page.locator("[name=username]").fill(username);
  await page.locator("[name=password]").fill(password);
  await page.locator("form[action='/staff/sign-in'] button[type=submit]").click();
}

/** Unfolds the part of the page with that button, and presses it. */
async function press(page: Page, what: string): Promise<void> {
  // Looked for inside of it: without what is around it.
  const button = page.locator(`button[name=do][value=${what}]`);
  const fold = page.locator("main details").filter({ has: button });
  await fold.locator("summary").first().click();
  await button.click();
}

test("a manager makes an account, a colleague starts with it, and it is switched off", async ({ page, browser }, info) => {
  const plain = info.project.name.endsWith("-plain");
  const looked = (of: Page) => (plain ? undefined : expectAccessible(of));
  const username = `zhou.${Date.now()}.${info.workerIndex}`;
  await signInAsStaff(page, "luohu-manager");
  await page.locator(`nav a[href='${LIST}']`).first().click();
  await expect(page).toHaveURL(new RegExp(`${LIST}$`));
  await looked(page);
  await page.locator(`main a[href='${LIST}/new']`).click();
  await looked(page);
  await page.locator("[name=name]").fill("周小满");
  await page.locator("[name=username]").fill(username);
  await page.locator("[name=role]").selectOption("social_worker");
  await page.locator("main form button[type=submit]").click();
  const first = (await page.locator("main code").textContent())!.trim();
  expect(first.length).toBeGreaterThan(9);
  await looked(page);
  await page.locator(`main a[href^='${LIST}/']`).last().click();
  await expect(page.locator("main h1")).toHaveText("周小满");
  await looked(page);
  const account = page.url();

  // The colleague gets no further than the choice of a password.
  const context = await browser.newContext({ javaScriptEnabled: !plain });
  const own = await context.newPage();
  await enter(own, username, first);
  await expect(own).toHaveURL(/\/staff\/first-password/);
  await own.goto(`/staff/centers/${OWN}`);
  await expect(own).toHaveURL(/\/staff\/first-password/);
  await looked(own);
  for (const password of [first, `${username}!`]) {
    await own.locator("[name=password]").fill(password);
    await own.locator("[name=again]").fill(password);
    await own.locator("form[action='/staff/first-password'] button[type=submit]").click();
    if (password === first) await expect(own.locator("#password-error")).toBeVisible();
  }
  await expect(own).toHaveURL(new RegExp(`/staff/centers/${OWN}$`));

  // Another role for a while; then the account is switched off, and its owner is out.
  await page.goto(account);
  const fold = page.locator("main details").filter({ has: page.locator("button[value=give]") });
  await fold.locator("summary").first().click();
  await fold.locator("[name=role]").selectOption("center_manager");
  await fold.locator("[name=to]").fill("2099-12-31");
  await fold.locator("button[value=give]").click();
  await expect(page.locator("main .row-list").first()).toContainText("2099");
  await press(page, "suspend");
  await expect(page.locator("main .badge").first()).toContainText(/已停用|Switched off/);
  await looked(page);
  await own.goto("/staff");
  await expect(own).toHaveURL(/\/staff\/sign-in/);
  await page.goto(`${LIST}?q=${username}&status=suspended`);
  await expect(page.locator("main table")).toContainText(username);
});

test("a social worker is not led to the accounts, and is turned away", async ({ page }) => {
  await signInAsStaff(page, "luohu-social-worker");
  await expect(page.locator(`nav a[href='${LIST}']`)).toHaveCount(0);
  const answer = await page.goto(LIST);
  expect(answer!.status()).toBe(403);
});
