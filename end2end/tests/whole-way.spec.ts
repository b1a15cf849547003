// A volunteer from the application to the certificate, with the social worker who leads the shift.
import { WORKED, becomeVolunteer, expect, expectAccessible, test } from "./volunteer-house.ts";
import { signInAsStaff } from "./house.ts";

test("a volunteer from application to certificate", async ({ page, browser, baseURL }, info) => {
  const plain = info.project.name.endsWith("-plain");
  const looked = () => (plain ? undefined : expectAccessible(page));
  const [name, enters, approves] = plain
    ? ["温月娥", "luohu-manager", "luohu-social-worker"]
    : ["温玉兰", "luohu-social-worker", "luohu-manager"];
  const { desk, mine } = await becomeVolunteer(page, browser, name);
  await page.goto("/volunteer");
  await expect(page.locator("main")).toContainText("预备义工");
  await looked();

  // A shift that ends in a moment. Whoever was there without a place in it has no scan that counts: the
  // lead writes the hours down, and a colleague approves them.
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  const title = `一路走来 ${Date.now() % 1_000_000}`;
  const shift = await desk.post(`/api/v1/centers/${WORKED}/shifts`, {
    title, starts_at: at(-130), ends_at: at(0.1), volunteers_max: 2,
  });
  const override = "当天补录";
  await desk.post(`/api/v1/shifts/${shift.id}/assignments`, { person_id: mine.person_id, override });
  await page.goto("/me/hours");
  await expect(page.locator("main")).toContainText("还没有服务时数");
  const office = await browser.newContext({ baseURL, javaScriptEnabled: !plain });
  const lead = await office.newPage();
  await signInAsStaff(lead, enters);
  const form = lead.locator("form[action$='/enter']");
  await expect(async () => {
    await lead.goto(`/staff/shifts/${shift.id}`);
    await expect(form).toHaveCount(1, { timeout: 100 });
  }).toPass();
  const details = lead.locator("details", { has: form });
  if (await details.count()) await details.locator("summary").first().click();
  await form.locator("[name=assignment]").selectOption({ label: name });
  await form.locator("[name=minutes]").fill("120");
  await form.locator("[name=reason]").fill("当天忘了带手机，社工在场");
  await form.locator("button[type=submit]").click();
  await expect(lead).toHaveURL(/\?done=1$/);
  const entry = page.locator("main li.card", { hasText: title });
  await page.goto("/me/hours");
  await expect(entry).toContainText("补录");
  await looked();
  await office.clearCookies();
  await signInAsStaff(lead, approves);
  await lead.goto(`/staff/centers/${WORKED}/hours`);
  await lead.locator("section[aria-labelledby=waiting] li.card", { hasText: title }).locator("button.button-main").click();
  await expect(lead).toHaveURL(/\?done=1$/);

  await lead.goto(`/staff/centers/${WORKED}/certificates`);
  await lead.locator("#person").selectOption(mine.person_id);
  await lead.locator(`form[action='/staff/centers/${WORKED}/certificates'] button`).click();
  await expect(lead).toHaveURL(/\?done=made$/);
  await page.goto("/me/messages");
  await page.locator("main a[href*='/certificates/']").first().click();
  await expect(page.locator("article.certificate")).toContainText(name);
  await expect(page.locator("[data-standing=valid]")).toBeVisible();
  await looked();
  const number = page.url().split("/").pop();
  const stranger = await browser.newContext({ baseURL });
  const answer = await stranger.request.get(`/api/v1/certificates/${number}`);
  expect((await answer.json()).standing).toBe("valid");
  await stranger.close();
  await office.close();
});
