// A volunteer says when they have time; the social worker types a name into a hole, moves somebody, takes
// it back, and lets the week be filled. Everything by links and forms, and by keyboard.
import { WORKED, becomeVolunteer, expect, expectAccessible, test } from "./volunteer-house.ts";
import { ownWeek, signInAsStaff } from "./house.ts";

/** A name that nobody else has, in two rare characters. */
const newName = () => String.fromCharCode(...[0, 1].map(() => 0x4e00 + Math.floor(Math.random() * 20_000)));

test("a week is arranged by typing, picking up and putting down", async ({ page, browser }, info) => {
  const looked = (shown = page) => (info.project.name.endsWith("-plain") ? undefined : expectAccessible(shown));
  const name = newName();
  const home = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  const { desk } = await becomeVolunteer(home, browser, name);
  await home.goto("/volunteer");
  await home.locator("a[href^='/volunteer/time']").click();
  for (const day of [1, 2, 3, 4, 5, 6, 7]) {
    await home.locator(`input[name=slot][value='${day}-morning']`).check();
  }
  await home.locator("#most_shifts").selectOption("3");
  await home.locator("main form button[type=submit]").click();
  await expect(home).toHaveURL(/saved=1$/);
  await expect(home.locator("input[name=slot]:checked")).toHaveCount(7);
  await looked(home);

  // Two shifts in a week of their own, so that runs side by side do not meet; within what can be planned.
  const week = ownWeek();
  const day = (nth: number) => week[nth];
  const titles = ["门口引导", "前台接待"].map((title) => `${title} ${Date.now() % 1_000_000}`);
  for (const [nth, title] of titles.entries()) {
    await desk.post(`/api/v1/centers/${WORKED}/shifts`, {
      title, starts_at: `${day(nth + 1)}T09:00:00+08:00`, ends_at: `${day(nth + 1)}T11:00:00+08:00`, volunteers_max: 1,
    });
  }
  await signInAsStaff(page, "luohu-social-worker");
  await page.goto(`/staff/centers/${WORKED}/roster?week=${day(0)}`);
  await looked();
  const [first, second] = titles.map((title) => page.locator("tr", { hasText: title }));
  const hole = first.locator("form.gap:has(input[value=volunteer]) input[name=who]");
  await hole.focus();
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await expect(first.locator(".seat", { hasText: name })).toBeVisible();
  await expect(page.locator(".notice")).toContainText(name);
  await looked();

  // Picked up, the other shift takes them.
  await first.locator("a.seat", { hasText: name }).click();
  await expect(first.locator(".seat[data-up]")).toBeVisible();
  await looked();
  await second.locator("button.button-target").click();
  await expect(second.locator(".seat", { hasText: name })).toBeVisible();
  await expect(first.locator(".seat", { hasText: name })).toHaveCount(0);
  await page.locator(".notice button").click();
  await expect(first.locator(".seat", { hasText: name })).toBeVisible();
  await expect(second.locator(".seat", { hasText: name })).toHaveCount(0);

  // Who could come, and who could not, with the reasons.
  await second.locator("a.seat-gap").last().click();
  await expect(page.locator("main h1")).toBeVisible();
  await expect(page.locator("#suit + ul li", { hasText: name })).toBeVisible();
  await looked();
  await page.goBack();

  // What is open is proposed, and only what is accepted happens.
  await page.locator("a[href*='/roster/fill']").click();
  await expect(page.locator("fieldset", { hasText: titles[1] }).locator("input[name=line]").first()).toBeChecked();
  await looked();
  await page.locator("form.form button.button-main").click();
  await expect(page).toHaveURL(/filled=\d+$/);
  await expect(second.locator("a.seat-gap[data-missing]")).toHaveCount(0);
  await looked();
});
