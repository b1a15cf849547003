// Two volunteers change places, one takes over from the other, and a month of shifts.
import { WORKED, becomeVolunteer, expect, expectAccessible, test } from "./volunteer-house.ts";

/** Opens the swap page of one's place in that shift. */
async function openSwap(page: any, title: string) {
  await page.goto("/me/shifts");
  const card = page.locator("main .card", { hasText: title });
  await card.locator("a[href$='/swap']").click();
  await expect(page.locator("main h2").first()).toHaveText(title);
}

test("two volunteers swap, and one takes over from the other", async ({ page, browser, baseURL }, info) => {
  const plain = info.project.name.endsWith("-plain");
  const looked = () => (plain ? undefined : expectAccessible(page));
  // The desk finds them by their names, while other projects run beside this one.
  const [hers, his] = plain ? ["何秀英", "罗建军"] : ["何秀芳", "罗建华"];
  const one = await becomeVolunteer(page, browser, hers);
  const other = await browser.newContext({ baseURL, javaScriptEnabled: !plain });
  const second = await other.newPage();
  const two = await becomeVolunteer(second, browser, his);
  const mark = one.phone.slice(-6);
  const shifts: any[] = [];
  for (const [n, who] of [[1, one], [2, two]] as const) {
    const at = (hours: number) => new Date(Date.now() + ((n * 2 + 1) * 24 + hours) * 3_600_000).toISOString();
    const title = `换班试试 ${mark}-${n}`;
    const shift = await one.desk.post(`/api/v1/centers/${WORKED}/shifts`, {
      title, starts_at: at(0), ends_at: at(2), volunteers_max: 1,
    });
    await one.desk.post(`/api/v1/shifts/${shift.id}/assignments`, { person_id: who.mine.person_id });
    shifts.push({ ...shift, title });
  }
  const [first, next] = shifts;

  await openSwap(page, first.title);
  await looked();
  await page.locator("label.choice", { hasText: next.title }).locator("input").check();
  await page.locator("main .action-bar button[type=submit]").click();
  await expect(page).toHaveURL(/\/swap\?offered=1$/);
  await looked();

  await openSwap(second, next.title);
  const possible = second.locator("main .card", { hasText: first.title });
  await possible.locator("button[type=submit]").click();
  await expect(second).toHaveURL(/\/me\/shifts\?swapped=1$/);
  await expect(second.locator("main .card h2")).toHaveText(first.title);
  await page.goto("/me/messages");
  await expect(page.locator("main")).toContainText(first.title);
  await page.goto("/me/shifts");
  await expect(page.locator("main .card h2")).toHaveText(next.title);

  // Hands it over to whoever comes first.
  await openSwap(page, next.title);
  await page.locator("input[name=hand_over]").check();
  await page.locator("main .action-bar button[type=submit]").click();
  await second.goto(`/shifts/${next.id}`);
  await second.locator("main a[href$='/take-over']").click();
  await second.locator("main .action-bar button[type=submit]").click();
  await expect(second).toHaveURL(/\/me\/shifts\?new=1$/);
  await expect(second.locator("main .card h2")).toHaveCount(2);
  await page.goto("/me/shifts");
  await expect(page.locator("main .card h2")).toHaveCount(0);

  // A month of shifts, which the browser remembers.
  await page.goto("/shifts");
  await page.locator(".shift-filter input[name=view]").check();
  const here = page.locator(".shift-filter input[name=center]");
  if (await here.count()) await here.check();
  await page.locator(".shift-filter button[type=submit]").click();
  await expect(page.locator(".month-grid")).toBeVisible();
  await looked();
  await page.goto("/shifts");
  await expect(page.locator(".month-grid")).toBeVisible();
  const later = page.locator(".month-head a").last();
  const day = page.locator(".month-grid a.month-day").first();
  if (!(await day.count())) await later.click();
  await day.click();
  await expect(page.locator("main .card").first()).toBeVisible();
  await looked();
  await other.close();
});
