// A resident's phone at the code on a kiosk's screen, with and without JavaScript.
import { codeFor, expect, expectAccessible, newPhone, signInAsStaff, test } from "./house.ts";
import { publishNow, somebody, WORKER } from "./kiosk-house.ts";
import { kiosk, wallCode } from "./wall-house.ts";
import type { Browser, Page } from "@playwright/test";

/** The desk books for people who have never signed in: a holder and their parent. */
async function bookByTelephone(browser: Browser, occurrence: string, phone: string, people: [string, string][]): Promise<void> {
  const staff = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  await signInAsStaff(staff, WORKER);
  for (const [name, relation] of people) {
    await staff.goto(`/staff/occurrences/${occurrence}`);
    const desk = staff.locator(`form[action='/staff/occurrences/${occurrence}/desk']`);
    await desk.locator("[name=phone]").fill(phone);
    await desk.locator("button[type=submit]").click();
    const form = staff.locator(`form[action='/staff/occurrences/${occurrence}/bookings']`);
    const other = form.locator("[name=person][value=new][type=radio]");
    if (await other.count()) await other.check();
    await form.locator("[name=name]").fill(name);
    await form.locator("[name=birth_year]").fill("1950");
    await form.locator("[name=relation]").selectOption(relation);
    await form.locator("button[type=submit]").click();
    await expect(staff).toHaveURL(/done=confirmed$/);
  }
  await staff.context().close();
}

async function expectTick(page: Page, name: string): Promise<void> {
  await expect(page).toHaveURL(/\/here$/);
  const verdict = page.locator(".verdict");
  await expect(verdict).toHaveCount(1);
  await expect(verdict).toHaveAttribute("data-kind", "good");
  await expect(verdict).toContainText(name);
  await expect(verdict).toContainText(/\d{1,2}:\d{2}/);
  const tick = (await verdict.locator(".verdict-shape").boundingBox())!;
  expect(Math.min(tick.width, tick.height), "the tick is large").toBeGreaterThanOrEqual(56);
}

test("C-108: somebody scans, signs in after a wrong code, says who is here, and sees the tick", async ({ page, browser, javaScriptEnabled }) => {
  const screen = await kiosk(browser);
  const occurrence = await publishNow(browser);
  const phone = newPhone();
  await bookByTelephone(browser, occurrence, phone, [["韩梅", "self"], ["韩老先生", "parent"]]);

  await page.goto(`/w/${await wallCode(screen)}`);
  await expect(page).toHaveURL(/\/here$/);
  await expect(page.locator(".notice[data-kind=good]")).toContainText("已记下");
  if (javaScriptEnabled) await expectAccessible(page);
  await page.locator("a[href^='/sign-in']").click();
  // The first number is mistyped; the way back to it keeps where one came from.
  await page.locator("#phone").fill(newPhone());
  await page.locator("form[action='/sign-in'] button[type=submit]").click();
  await page.locator("a.back-link[href='/sign-in?back=%2Fhere']").click();
  await page.locator("#phone").fill(phone);
  await page.locator("form[action='/sign-in'] button[type=submit]").click();
  const right = await codeFor(page, phone);
  for (const code of [right === "000000" ? "000001" : "000000", right]) {
    await page.locator("#code").fill(code);
    await page.locator("form[action='/sign-in/code'] button[type=submit]").click();
    if (code !== right) await expect(page.locator("#code-error")).toBeVisible();
  }
  await expect(page).toHaveURL(/\/here$/);
  if (javaScriptEnabled) await expectAccessible(page);
  const choices = page.locator(".choice");
  await expect(choices).toHaveCount(2);
  for (const name of ["韩梅", "韩老先生"]) await expect(choices.filter({ hasText: name }).locator("input")).toBeChecked();
  await choices.filter({ hasText: "韩老先生" }).locator("input").uncheck();
  await page.locator("form[action='/here'] button[type=submit]").click();
  await expectTick(page, "韩梅");
  if (javaScriptEnabled) await expectAccessible(page);
  // A reload and the way back tell the same, and check nobody in.
  await page.reload();
  await expectTick(page, "韩梅");
  await page.goBack();
  await expect(page.locator("form[action='/here']")).toHaveCount(0);
  await page.goto("/me/bookings");
  await expect(page.locator("main")).toContainText("韩老先生");
  // Their father comes ten minutes later: the code of then is for him.
  await page.goto(`/w/${await wallCode(screen)}`);
  await expect(choices.filter({ hasText: "韩梅" }).locator("input")).not.toBeChecked();
  await expect(choices.filter({ hasText: "韩老先生" }).locator("input")).toBeChecked();
  await page.locator("form[action='/here'] button[type=submit]").click();
  await expectTick(page, "韩老先生");
  await screen.context().close();
});

test("who is signed in already needs one tap; once more says when it was", async ({ browser, javaScriptEnabled }) => {
  const screen = await kiosk(browser);
  const occurrence = await publishNow(browser);
  const { phone } = await somebody(browser, occurrence, "蒋英", { javaScriptEnabled, locale: "zh-CN" });
  await phone.goto(`/w/${await wallCode(screen)}`);
  await phone.locator("form[action='/here'] button[type=submit]").click();
  await expectTick(phone, "蒋英");
  await phone.goto(`/w/${await wallCode(screen)}`);
  await phone.locator(".choice input").check();
  await phone.locator("form[action='/here'] button[type=submit]").click();
  await expect(phone.locator(".verdict")).toHaveAttribute("data-kind", "warn");
  await expect(phone.locator(".verdict")).toContainText(/\d{1,2}:\d{2}/);
  await phone.context().close();
  await screen.context().close();
});

test("C-107: a code of a minute ago and what is none are over, and the page says what to do", async ({ page, browser }) => {
  const screen = await kiosk(browser);
  for (const code of [await wallCode(screen, -4), "nonsense"]) {
    const answer = await page.goto(`/w/${code}`);
    expect(answer!.status()).toBe(410);
    await expect(page.locator(".empty-state")).toContainText("再扫一次");
  }
  await page.goto("/here");
  await expect(page.locator(".empty-state")).toBeVisible();
  // The code of now is good all the same.
  await page.goto(`/w/${await wallCode(screen)}`);
  await expect(page).toHaveURL(/\/here$/);
  await expect(page.locator("a[href^='/sign-in']")).toBeVisible();
  await screen.context().close();
});
