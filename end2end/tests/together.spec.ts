// A volunteer brings a friend, both become partners, and one of them watches a shift.
import { WORKED, becomeVolunteer, expect, expectAccessible, test } from "./volunteer-house.ts";

test("a friend is brought along and becomes a partner", async ({ page, browser, baseURL }, info) => {
  test.slow();
  const plain = info.project.name.endsWith("-plain");
  const looked = () => (plain ? undefined : expectAccessible(page));
  const [hers, his] = plain ? ["戴秋菊", "姚振国"] : ["戴秋兰", "姚振华"];
  const one = await becomeVolunteer(page, browser, hers);
  const other = await browser.newContext({ baseURL, javaScriptEnabled: !plain });
  const second = await other.newPage();
  const two = await becomeVolunteer(second, browser, his);
  const at = (hours: number) => new Date(Date.now() + (9 * 24 + hours) * 3_600_000).toISOString();
  const title = `一起来 ${one.phone.slice(-6)}`;
  const shift = await one.desk.post(`/api/v1/centers/${WORKED}/shifts`, {
    title, starts_at: at(0), ends_at: at(2), volunteers_max: 2,
  });

  // Signs up, and says that a friend comes along.
  await page.goto(`/shifts/${shift.id}`);
  await looked();
  await page.locator("input[name=friend]").check();
  await page.locator(`form[action='/shifts/${shift.id}'] .action-bar button[type=submit]`).click();
  await expect(page).toHaveURL(/\/friend\?new=1$/);
  await looked();
  await page.locator("input[name=phone]").fill(two.phone);
  await page.locator("main .action-bar button[type=submit]").click();
  await expect(page).toHaveURL(/\/me\/shifts/);
  await looked();

  // The friend has the place that is kept, by the ordinary form.
  await second.goto("/me/shifts");
  await second.locator(`main a[href='/shifts/${shift.id}']`).first().click();
  await second.locator(`form[action='/shifts/${shift.id}'] .action-bar button[type=submit]`).click();
  await expect(second).toHaveURL(/\/me\/shifts\?new=1$/);
  const people = (await one.desk.get(`/api/v1/shifts/${shift.id}/assignments`)).items;
  expect(people.filter((of: any) => of.state === "confirmed")).toHaveLength(2);

  // Partners, once both say so.
  await page.goto("/volunteer/partner");
  await looked();
  await page.locator("input[name=phone]").fill(two.phone);
  await page.locator("form[action='/volunteer/partner'] button[type=submit]").click();
  await second.goto("/volunteer/partner");
  await second.locator("form[action='/volunteer/partner/answer'] button").first().click();
  await page.goto(`/shifts/${shift.id}`);
  await expect(page.locator("main")).toContainText(his);

  await page.goto("/volunteer");
  await page.locator("main a[href^='/volunteer/places']").click();
  await looked();
  await page.locator("main input[type=checkbox]").first().check();
  await page.locator("main form[action^='/volunteer/places'] button.button-main").click();
  await expect(page).toHaveURL(/saved/);

  const watched = await one.desk.post(`/api/v1/centers/${WORKED}/shifts`, {
    title: `关注 ${title}`, starts_at: at(5), ends_at: at(7), volunteers_max: 2,
  });
  await page.goto(`/shifts/${watched.id}`);
  await page.locator(`form[action='/shifts/${watched.id}/watch'] button`).click();
  await page.goto("/me/shifts");
  await expect(page.locator("main")).toContainText(`关注 ${title}`);
  await looked();
  await other.close();
});
