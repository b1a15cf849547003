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
  // Without a stream the page asks now and then.
  await page.route("**/live", (stream) => stream.abort());
  await page.reload();
  await expect(state).toHaveAttribute("data-state", "live");
  await (await somebody(browser, occurrence, "夏荷")).phone.context().close();
  await expect(page.locator("#roster")).toContainText("夏荷");
  const part = `**${(await state.getAttribute("data-part"))!}`;
  await page.route(part, (asked) => asked.abort());
  await expect(state).toHaveAttribute("data-state", "lost");
  await (await somebody(browser, occurrence, "白露")).phone.context().close();
  await page.unroute(part);
  await expect(state).toHaveAttribute("data-state", "live", { timeout: 30_000 });
  await expect(page.locator("#roster")).toContainText("白露");
});

test("C-184: eight live pages of one browser follow what happens, and a ninth page loads", async ({ page, browser }) => {
  const [one, other] = [await publishNow(browser), await publishNow(browser)];
  await signInAsStaff(page, WORKER);
  const door = `/staff/centers/${await center(page)}/door`;
  const rosters = [one, other, one, other, one, other, one].map((id) => `/staff/occurrences/${id}`);
  const pages = [page];
  await page.goto(door);
  for (const roster of rosters) {
    const next = await page.context().newPage();
    await next.goto(roster);
    pages.push(next);
  }
  // All are seen: no window hides another one.
  for (const live of pages) {
    expect(await live.evaluate(() => document.visibilityState)).toBe("visible");
    await expect(live.locator(".live-state")).toHaveAttribute("data-state", "live");
  }
  const streams = async () => {
    const held = await Promise.all(
      pages.map((live) =>
        live.evaluate(async () => {
          const { held } = await navigator.locks.query();
          return held!.map((lock) => lock.name!).filter((name) => name.startsWith("linli:stream:"));
        }),
      ),
    );
    return new Set(held.flat()).size;
  };
  expect(await streams()).toBe(2);
  await (await somebody(browser, one, "苗青")).phone.context().close();
  await (await somebody(browser, other, "白露")).phone.context().close();
  for (const [nth, live] of pages.slice(1).entries()) {
    await expect(live.locator("#roster")).toContainText(nth % 2 ? "白露" : "苗青");
  }
  const ninth = await page.context().newPage();
  await ninth.goto("/staff", { timeout: 5_000 });
  await expect(ninth.locator("h1")).toBeVisible();
  // Whoever held a stream leaves it to the others.
  for (const closed of pages.splice(0, 3)) await closed.close();
  await (await somebody(browser, one, "夏荷")).phone.context().close();
  for (const [nth, live] of pages.entries()) {
    await expect(live.locator(".live-state")).toHaveAttribute("data-state", "live");
    if (nth % 2 === 0) await expect(live.locator("#roster")).toContainText("夏荷");
  }
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
