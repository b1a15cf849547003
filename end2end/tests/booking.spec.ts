// From what is on to the ticket, and back again.
import { CENTER, expect, signInAsNew, test } from "./house.ts";
import type { Page } from "@playwright/test";

/** Opens the first occurrence of the demo center that anybody of 68 may book now. */
async function openBookable(page: Page): Promise<string> {
  const answer = await page.request.get(`/api/v1/centers/${CENTER}/occurrences?limit=200`);
  const { items } = await answer.json();
  const now = Date.now();
  const all = items.filter(
    (o: any) =>
      o.allocation === "first_come" &&
      o.status === "published" &&
      o.free >= 4 &&
      Date.parse(o.booking_opens_at) < now &&
      Date.parse(o.booking_closes_at) > now + 3_600_000 &&
      Date.parse(o.cancel_until) > now + 3_600_000 &&
      (o.min_age ?? 0) <= 60 &&
      (o.max_age ?? 130) >= 70,
  );
  expect(all.length, "occurrences that can be booked").toBeGreaterThan(0);
  const fits = all[Math.floor(Math.random() * all.length)];
  await page.goto(`/occurrences/${fits.id}`);
  return fits.id;
}

test("somebody new books a place, shows the ticket and gives it back", async ({ page }) => {
  await signInAsNew(page, "陈秀兰", 1958);
  const id = await openBookable(page);
  await page.locator(`a[href='/occurrences/${id}/book']`).first().click();
  await expect(page.locator("input[name=person]").first()).toBeChecked();
  await page.locator(`form[action='/occurrences/${id}/book'] button[type=submit]`).click();
  await expect(page).toHaveURL(/\/ticket\?new=1$/);
  await expect(page.locator(".ticket-qr svg path")).toHaveCount(1);
  await expect(page.locator(".ticket-code")).toHaveText(/^[2-9A-Z]{4}-[2-9A-Z]{4}$/);

  await page.goto("/me/bookings");
  await expect(page.locator(".booking-card")).toHaveCount(1);
  await expect(page.locator(".booking-who")).toContainText("陈秀兰");

  await page.locator("a[href$='/cancel']").first().click();
  await page.locator("button.button-danger").click();
  await page.goto("/me/bookings");
  await expect(page.locator(".booking-card")).toHaveCount(0);
});

test("booking asks for the sign-in and comes back to the form", async ({ page }) => {
  const id = await openBookable(page);
  await page.goto(`/occurrences/${id}/book`);
  await expect(page).toHaveURL(/\/sign-in\?back=/);
  await expect(page.locator("form[action='/sign-in'] input[name=back]")).toHaveValue(`/occurrences/${id}/book`);
});

test("a second booking of the same person is refused with the reason", async ({ page }) => {
  await signInAsNew(page, "李建国", 1957);
  const id = await openBookable(page);
  await page.goto(`/occurrences/${id}/book`);
  await page.locator(`form[action='/occurrences/${id}/book'] button[type=submit]`).click();
  await expect(page).toHaveURL(/\/ticket/);
  await page.goto(`/occurrences/${id}/book`);
  await expect(page.locator("input[name=person]").first()).toBeDisabled();
  await expect(page.locator(".choice small").first()).toContainText(/已经|已报名|报过/);
});

test("a child joins the family only with the guardian's consent", async ({ page }) => {
  await signInAsNew(page, "王淑芬", 1960);
  await page.goto("/me/family/add");
  await page.locator("#name").fill("王小雨");
  await page.locator("#birth_year").fill("2018");
  await page.locator("#relation").selectOption("grandchild");
  await page.locator("form[action='/me/family'] button[type=submit]").click();
  await expect(page.locator(".error-summary")).toBeVisible();
  await expect(page.locator("#name")).toHaveValue("王小雨");
  await page.locator("input[name=consent]").check();
  await page.locator("form[action='/me/family'] button[type=submit]").click();
  await expect(page).toHaveURL(/\/me\/family$/);
  await expect(page.locator("main")).toContainText("王小雨");

  // C-181: the same again is asked about, not added in silence.
  await page.goto("/me/family/add");
  await page.locator("#name").fill("王小雨");
  await page.locator("#birth_year").fill("２０１８年");
  await page.locator("#relation").selectOption("grandchild");
  await page.locator("input[name=consent]").check();
  await page.locator("form[action='/me/family'] button[type=submit]").click();
  await expect(page.locator(".error-summary")).toContainText("已经有一位");
  await expect(page.locator("input[name=is_another]")).toBeVisible();
});

test("two of a family book together in one act", async ({ page }) => {
  await signInAsNew(page, "赵德明", 1956);
  await page.goto("/me/family/add");
  await page.locator("#name").fill("赵玉梅");
  await page.locator("#birth_year").fill("1958");
  await page.locator("#relation").selectOption("spouse");
  await page.locator("form[action='/me/family'] button[type=submit]").click();
  const id = await openBookable(page);
  await page.goto(`/occurrences/${id}/book`);
  for (const box of await page.locator("input[name=person]").all()) await box.check();
  await page.locator(`form[action='/occurrences/${id}/book'] button[type=submit]`).click();
  await expect(page).toHaveURL(/\/me\/booked\?id=/);
  await expect(page.locator("h1")).toHaveText("2 位都报上了");
  for (const name of ["赵德明", "赵玉梅"]) {
    const own = page.locator("article.ticket", { hasText: name });
    await expect(own.locator(".qr svg path")).toHaveCount(1);
    await expect(own.locator("a[href$='/ticket']")).toBeVisible();
  }
  await expect(page.locator("#change")).toBeVisible();
  await page.goto("/me/bookings");
  await expect(page.locator(".booking-who li")).toHaveCount(2);
});

test("nobody is chosen: the form says so and keeps what was entered", async ({ page }) => {
  await signInAsNew(page, "孙桂英", 1955);
  await page.goto("/me/family/add");
  await page.locator("#name").fill("孙志强");
  await page.locator("#birth_year").fill("1957");
  await page.locator("#relation").selectOption("spouse");
  await page.locator("form[action='/me/family'] button[type=submit]").click();
  const id = await openBookable(page);
  await page.goto(`/occurrences/${id}/book`);
  // Whoever books is ticked beforehand; what happens when places run short is not asked while many are free.
  await expect(page.locator("input[name=person]").first()).toBeChecked();
  await expect(page.locator("input[name=fit]")).toHaveCount(0);
  await page.locator("input[name=person]").first().uncheck();
  await page.locator(`form[action='/occurrences/${id}/book'] button[type=submit]`).click();
  await expect(page.locator(".refusal, .error-summary").first()).toBeVisible();
  for (const box of await page.locator("input[name=person]").all()) await expect(box).not.toBeChecked();
});

test("a wrong code is refused without telling more", async ({ page }) => {
  await page.goto("/sign-in");
  await page.locator("#phone").fill("15099887766");
  await page.locator("form[action='/sign-in'] button[type=submit]").click();
  await page.locator("#code").fill("000000");
  await page.locator("form[action='/sign-in/code'] button[type=submit]").click();
  await expect(page.locator("#code-error")).toBeVisible();
});

test("the calendar entry has a stable id", async ({ page }) => {
  await signInAsNew(page, "周美华", 1959);
  const id = await openBookable(page);
  await page.goto(`/occurrences/${id}/book`);
  await page.locator(`form[action='/occurrences/${id}/book'] button[type=submit]`).click();
  await expect(page).toHaveURL(/\/ticket/);
  const booking = page.url().match(/bookings\/([^/]+)\/ticket/)![1];
  const ics = await (await page.request.get(`/me/bookings/${booking}/event.ics`)).text();
  expect(ics).toContain(`UID:${booking}@linli`);
  expect(ics).toContain("STATUS:CONFIRMED");
});
