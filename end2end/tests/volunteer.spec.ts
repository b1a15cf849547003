// From an application to a place in a shift, and out of it again.
import { WORKED, atDesk, expect, expectAccessible, signInAsNew, test } from "./volunteer-house.ts";

test("somebody applies, is accepted, joins a shift and leaves it", async ({ page, browser }, info) => {
  // Axe itself is a script.
  const looked = () => (info.project.name.endsWith("-plain") ? undefined : expectAccessible(page));
  await signInAsNew(page, "周淑芬", 1961);
  await page.goto(`/centers/${WORKED}`);
  await page.locator(`a[href='/centers/${WORKED}/shifts']`).click();
  await expect(page.locator(".row-list li").first()).toBeVisible();
  const answer = await page.request.get(`/api/v1/shifts?center=${WORKED}&limit=200`);
  const shifts = (await answer.json()).items;
  const fits = shifts.find((s: any) => s.risks && s.joining === "sign_up" && s.volunteers < s.volunteers_max);
  expect(fits, "a shift with room").toBeTruthy();

  // Not a volunteer yet: said before anything is pressed, with the way to become one.
  await page.goto(`/shifts/${fits.id}`);
  await expect(page.locator("input[name=person]").first()).toBeDisabled();
  await looked();
  await page.locator("main a[href='/volunteer']").first().click();
  await page.locator("#skills").fill("粤语，摄影");
  await page.locator("form[action='/volunteer'] button[type=submit]").click();
  await expect(page).toHaveURL(/\/volunteer\?asked=1$/);
  await expect(page.locator(".card .badge")).toContainText("等中心答复");
  await looked();

  const desk = await atDesk(browser);
  const asking = (await desk.get(`/api/v1/centers/${WORKED}/applicants?limit=200`)).items;
  const mine = asking.find((one: any) => one.person_name === "周淑芬" && one.skills.includes("摄影"));
  await desk.post(`/api/v1/centers/${WORKED}/applicants/${mine.id}/accept`, {});

  await page.goto("/me/messages");
  await expect(page.locator("main")).toContainText("预备义工");
  await page.goto(`/shifts/${fits.id}`);
  await expect(page.locator("input[name=person]").first()).toBeChecked();
  // The safety notes are confirmed, or the form says why not, and keeps who was chosen.
  const send = page.locator(`form[action='/shifts/${fits.id}'] button[type=submit]`);
  await send.click();
  await expect(page.locator(".refusal")).toContainText("安全须知");
  await looked();
  await page.locator("input[name=risks]").check();
  await send.click();
  await expect(page).toHaveURL(/\/me\/shifts\?new=1$/);
  await expect(page.locator("main .card h2")).toHaveText(fits.title);
  await looked();

  await page.locator("main .card a[href$='/withdraw']").click();
  await looked();
  await page.locator("button.button-danger").click();
  await expect(page).toHaveURL(/\/me\/shifts\?gone=1$/);
  await expect(page.locator("main .card")).toHaveCount(0);

  // Leaving the volunteers is one step; the record stays.
  await page.goto("/volunteer");
  await page.locator("form[action='/volunteer/leave'] button").click();
  await expect(page).toHaveURL(/\/volunteer\?left=1$/);
});

test("a shift asks for the sign-in and comes back", async ({ page }) => {
  const answer = await page.request.get(`/api/v1/shifts?center=${WORKED}&limit=50`);
  const shift = (await answer.json()).items.find((one: any) => one.demo && new Date(one.starts_at) > new Date());
  await page.goto(`/shifts/${shift.id}`);
  await expect(page.locator("main")).toContainText("演示数据");
  await page.locator("main a[href^='/sign-in']").click();
  await expect(page.locator("form[action='/sign-in'] input[name=back]")).toHaveValue(`/shifts/${shift.id}`);
});
