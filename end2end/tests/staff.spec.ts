// The desk: planning, the list of who comes, booking for somebody, and what others must not see.
import { expect, newPhone, signInAsNew, signInAsStaff, test } from "./house.ts";
import type { Browser, Page } from "@playwright/test";

const WORKER = "luohu-social-worker";

function inDays(days: number): string {
  const shanghai = new Date(Date.now() + days * 86_400_000 + 8 * 3_600_000);
  return shanghai.toISOString().slice(0, 10);
}

/** Publishes an activity of one sitting and returns the id of its occurrence. */
async function publish(page: Page, title: string, capacity: number, waitlist: number): Promise<string> {
  await page.goto("/staff/activities");
  await page.locator("a[href$='/activities/new']").first().click();
  await page.locator("[name=title]").fill(title);
  await page.locator("[name=starts_on]").fill(inDays(9));
  await page.locator("[name=starts_at]").fill("14:00");
  await page.locator("[name=ends_at]").fill("15:30");
  await page.locator("[name=capacity]").fill(String(capacity));
  await page.locator("details:has([name=waitlist_capacity]) > summary").click();
  await page.locator("[name=waitlist_capacity]").fill(String(waitlist));
  await page.locator("button[name=do][value=publish]").click();
  await expect(page.locator("main")).toContainText(title);
  const href = await page.locator("main a[href^='/staff/occurrences/']").first().getAttribute("href");
  return href!.match(/occurrences\/([^/]+)/)![1];
}

async function visitor(browser: Browser, name: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 360, height: 800 } });
  const page = await context.newPage();
  await signInAsNew(page, name, 1957);
  return page;
}

async function book(page: Page, occurrence: string): Promise<void> {
  await page.goto(`/occurrences/${occurrence}/book`);
  await page.locator(`form[action='/occurrences/${occurrence}/book'] button[type=submit]`).click();
  await expect(page).toHaveURL(/\/ticket\?new=1$/);
}

test("what is published can be booked, waited for, and moves up when somebody gives back", async ({ page, browser }) => {
  await signInAsStaff(page, WORKER);
  const occurrence = await publish(page, `晨练 ${Date.now()}`, 1, 3);
  const first = await visitor(browser, "第一位");
  const second = await visitor(browser, "第二位");
  await book(first, occurrence);
  await expect(first.locator(".ticket")).toHaveAttribute("data-state", "confirmed");
  await book(second, occurrence);
  await expect(second.locator(".ticket")).toHaveAttribute("data-state", "waitlisted");

  await page.goto(`/staff/occurrences/${occurrence}`);
  await expect(page.locator("main")).toContainText("第一位");
  await expect(page.locator("main")).toContainText("第二位");

  await first.goto("/me/bookings");
  await first.locator("a[href$='/cancel']").first().click();
  await first.locator("button.button-danger").click();
  await second.goto("/me/messages");
  await expect(second.locator(".message[data-unread]")).toHaveCount(1);
  await second.goto("/me/bookings");
  await second.locator("a[href$='/ticket']").first().click();
  await expect(second.locator(".ticket")).toHaveAttribute("data-state", "confirmed");
});

test("a pattern is previewed date by date before it is created", async ({ page }) => {
  await signInAsStaff(page, WORKER);
  await page.goto("/staff/activities");
  await page.locator("a[href$='/activities/new']").first().click();
  await page.locator("[name=title]").fill("每周两次的晨练");
  await page.locator("[name=mode]").last().check();
  await page.locator("[name=weekdays]").nth(1).check();
  await page.locator("[name=weekdays]").nth(3).check();
  await page.locator("[name=starts_on]").fill(inDays(3));
  await page.locator("[name=starts_at]").fill("09:30");
  await page.locator("[name=ends_at]").fill("11:00");
  await page.locator("[name=count]").fill("3");
  await page.locator("button[name=do][value=preview]").click();
  await expect(page.locator(".date-preview li")).toHaveCount(3);
  await expect(page.locator("[name=title]")).toHaveValue("每周两次的晨练");
});

test("somebody without a phone of their own is booked by telephone", async ({ page }) => {
  await signInAsStaff(page, WORKER);
  const occurrence = await publish(page, `茶话会 ${Date.now()}`, 5, 2);
  await page.goto(`/staff/occurrences/${occurrence}`);
  const desk = page.locator(`form[action='/staff/occurrences/${occurrence}/desk']`);
  await desk.locator("[name=phone]").fill(newPhone());
  await desk.locator("[name=channel][value=telephone]").check();
  await desk.locator("button[type=submit]").click();
  await page.locator("main [name=name]").first().fill("陈奶奶");
  await page.locator("main [name=birth_year]").first().fill("1948");
  await page.locator("main form:has([name=birth_year]) button[type=submit]").first().click();
  await page.goto(`/staff/occurrences/${occurrence}`);
  await expect(page.locator("main")).toContainText("陈奶奶");
  await page.goto(`/staff/occurrences/${occurrence}/sheet`);
  await expect(page.locator(".sign-in-sheet")).toContainText("陈奶奶");
});

test("a wrong password and an unknown name are told alike", async ({ page }) => {
  const told: string[] = [];
  for (const username of [`nobody-${Date.now()}`, "evaluator"]) {
    await page.goto("/staff/sign-in");
    await page.locator("[name=username]").fill(username);
    await page.locator("[name=password]").fill("not the password");
    await page.locator("form[action='/staff/sign-in'] button[type=submit]").click();
    const error = page.locator(".error-summary, .refusal, .notice").first();
    await expect(error).toBeVisible();
    told.push((await error.textContent())!.trim());
  }
  expect(told[0]).toBe(told[1]);
});

test("a supervisor sees plans and no names", async ({ page, browser }) => {
  await signInAsStaff(page, WORKER);
  const occurrence = await publish(page, `讲座 ${Date.now()}`, 5, 2);
  const resident = await visitor(browser, "不给看的名字");
  await book(resident, occurrence);
  const context = await browser.newContext();
  const supervisor = await context.newPage();
  await signInAsStaff(supervisor, "luohu-supervisor");
  const answer = await supervisor.goto(`/staff/occurrences/${occurrence}`);
  expect(await supervisor.locator("body").textContent()).not.toContain("不给看的名字");
  expect([200, 403, 404]).toContain(answer!.status());
  const sheet = await supervisor.goto(`/staff/occurrences/${occurrence}/sheet`);
  expect([403, 404]).toContain(sheet!.status());
});
