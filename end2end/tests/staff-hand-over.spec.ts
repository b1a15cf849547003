// A shift of a social worker who goes on leave is handed over to a colleague. Everything by links and forms,
// with and without JavaScript.
import { WORKED, atDesk, expect, expectAccessible, test } from "./volunteer-house.ts";
import { signInAsStaff } from "./house.ts";

test("a shift is handed over to a colleague", async ({ page, browser }, info) => {
  const plain = info.project.name.endsWith("-plain");
  const weeks = 60 + Math.floor(Math.random() * 60);
  const day = new Date(Date.now() + weeks * 7 * 86_400_000).toISOString().slice(0, 10);
  const hour = String(8 + Math.floor(Math.random() * 10)).padStart(2, "0");
  const title = `代班 ${Date.now() % 1_000_000}`;
  const desk = await atDesk(browser);
  const shift = await desk.post(`/api/v1/centers/${WORKED}/shifts`, {
    title, starts_at: `${day}T${hour}:00:00+08:00`, ends_at: `${day}T${hour}:45:00+08:00`, volunteers_max: 2,
  });
  await signInAsStaff(page, "luohu-social-worker");
  await page.goto(`/staff/centers/${WORKED}/hand-over`);
  const colleagues = await page.locator("[name=colleague] option").evaluateAll((all: HTMLOptionElement[]) =>
    all.map((one) => ({ id: one.value, name: one.text })));
  // Whoever of them is free then leads it.
  let from = -1;
  for (const [nth, one] of colleagues.entries()) {
    if (await desk.may(`/api/v1/shifts/${shift.id}/assignments`, { staff_id: one.id })) {
      from = nth;
      break;
    }
  }
  expect(from, "somebody can lead it").toBeGreaterThan(-1);
  const to = colleagues[(from + 1) % colleagues.length];
  await page.goto(`/staff/centers/${WORKED}/hand-over`);
  await page.locator("[name=from]").selectOption(colleagues[from].id);
  await page.locator("[name=colleague]").selectOption(to.id);
  await page.locator("[name=first]").fill(day);
  await page.locator("[name=last]").fill(day);
  await page.locator("main form[method=get] button[type=submit]").click();
  const row = page.locator("#look ~ form tbody tr", { hasText: title });
  await expect(row).toHaveCount(1);
  if (!plain) await expectAccessible(page);
  await page.locator("main form[method=post] button[type=submit]").click();
  await expect(page.locator("main")).toContainText(`交给${to.name}`);
  await page.goto(`/staff/shifts/${shift.id}`);
  await expect(page.locator("main")).toContainText(to.name);
});
