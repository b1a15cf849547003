// Pages of staff that follow what happens: they say so, say when they have lost touch, and come back.
import { expect, signInAsStaff, test } from "./house.ts";
import { center, publishNow, somebody, WORKER } from "./kiosk-house.ts";

test("a roster follows the bookings, says when it has lost touch, and then catches up", async ({ page, browser }) => {
  const occurrence = await publishNow(browser);
  await signInAsStaff(page, WORKER);
  await page.goto(`/staff/occurrences/${occurrence}`);
  const state = page.locator(".live-state");
  await expect(state).toHaveAttribute("data-state", "live");
  await expect(state).toBeVisible();
  await (await somebody(browser, occurrence, "苗青")).phone.context().close();
  await expect(page.locator("#roster")).toContainText("苗青");
  // A browser that is set offline keeps the streams that it has; one that cannot begin is lost too.
  await page.route("**/live", (stream) => stream.abort());
  await page.reload();
  await expect(state).toHaveAttribute("data-state", "lost");
  await (await somebody(browser, occurrence, "白露")).phone.context().close();
  await page.unroute("**/live");
  await expect(state).toHaveAttribute("data-state", "live", { timeout: 30_000 });
  await expect(page.locator("#roster")).toContainText("白露");
});

test("the check-in page goes on following after the language was switched", async ({ page }) => {
  await signInAsStaff(page, WORKER);
  await page.goto(`/staff/centers/${await center(page)}/door`);
  const state = page.locator(".live-state");
  await expect(state).toHaveAttribute("data-state", "live");
  const before = await state.textContent();
  await page.evaluate(() => ((window as any).sameDocument = true));
  await page.locator("button[name=lang][value=en]").click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(state).toHaveAttribute("data-state", "live");
  await expect(state).not.toHaveText(before!);
  await expect(page.locator(".door-camera button").first()).toBeVisible();
  await expect(page.locator("#door-sound")).toBeVisible();
  expect(await page.evaluate(() => (window as any).sameDocument)).toBe(true);
});
