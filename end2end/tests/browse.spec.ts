// Looking around: no account, no JavaScript needed.
import { CENTER, expect, test } from "./house.ts";

test("a center is found by pinyin initials, chosen, and remembered", async ({ page }) => {
  await page.goto("/centers?q=dtl");
  await expect(page.locator("main")).toContainText("大塘龙社区");
  await page.locator(`a[href='/centers/${CENTER}']`).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("大塘龙社区");
  await page.locator(`form[action='/preferences']:has([name=center][value='${CENTER}']) button`).first().click();
  await page.goto("/");
  await expect(page.locator("main")).toContainText("大塘龙社区");
});

test("traditional characters find it too", async ({ page }) => {
  await page.goto("/centers?q=" + encodeURIComponent("羅湖 大塘龍"));
  await expect(page.locator("main")).toContainText("大塘龙社区");
});

test("a search that finds nothing says what to do", async ({ page }) => {
  await page.goto("/centers?q=zzzzqqqq");
  await expect(page.locator(".empty-state")).toBeVisible();
});

test("the service menu tells who an item is for and how to get it", async ({ page }) => {
  await page.goto(`/centers/${CENTER}/menu`);
  await page.locator(`a[href^='/centers/${CENTER}/menu/']`).first().click();
  await expect(page.locator("dl.facts")).toBeVisible();
});

test("what is on can be narrowed, and the state is in the address", async ({ page }) => {
  await page.goto(`/centers/${CENTER}/whats-on?day=week`);
  const all = await page.locator(".occurrence-card").count();
  expect(all).toBeGreaterThan(0);
  await page.locator("main details.fold > summary").click();
  await page.locator("main form input[name=q]").fill("没有这样的活动");
  await page.locator("main form:has(input[name=q]) button[type=submit]").first().click();
  await expect(page).toHaveURL(/q=/);
  await expect(page.locator(".empty-state")).toBeVisible();
});

test("on a phone what is on begins high, with the chosen day in view, also where text is large", async ({ page, baseURL }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  const limits = { standard: 350, elder: 420 };
  for (const [mode, limit] of Object.entries(limits)) {
    await page.context().addCookies([{ name: "mode", value: mode, url: baseURL! }]);
    await page.goto(`/centers/${CENTER}/whats-on?day=week`);
    const first = await page.locator(".occurrence-card").first().boundingBox();
    expect(first!.y, mode).toBeLessThanOrEqual(limit);
    const last = page.locator(".week-strip a").last();
    await last.click();
    for (const reloaded of [false, true]) {
      if (reloaded) await page.goto(page.url().split("#")[0]);
      const chosen = (await page.locator(".week-strip a[aria-current]").boundingBox())!;
      expect(chosen.x, mode).toBeGreaterThanOrEqual(0);
      expect(chosen.x + chosen.width, mode).toBeLessThanOrEqual(360);
      expect(await page.evaluate(() => scrollY), "the page itself stays").toBe(0);
    }
  }
});

test("the navigation remembers the center that was looked at last", async ({ page }) => {
  await page.goto("/centers/SZ440303001-02");
  await page.goto("/help");
  await expect(page.locator("header a[href='/centers/SZ440303001-02/whats-on']").first()).toBeVisible();
  await page.goto("/");
  await expect(page.locator("main a[href^='/centers/SZ440303001-02']").first()).toBeVisible();
});

test("the language is switched by a button and stays", async ({ page }) => {
  await page.goto("/");
  await page.locator("button[name=lang][value=en]").click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.goto(`/centers/${CENTER}/whats-on?day=week`);
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.locator("button[name=lang][value='zh-CN']").click();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
});

test("the elder mode is one tap and makes text at least 18 px", async ({ page }) => {
  await page.goto("/");
  await page.locator("button[name=mode][value=elder]").click();
  await expect(page.locator("html")).toHaveAttribute("data-mode", "elder");
  const size = await page.locator("main p").first().evaluate((p) => parseFloat(getComputedStyle(p).fontSize));
  expect(size).toBeGreaterThanOrEqual(18);
});

test("a page that is not there says so and leads on", async ({ page }) => {
  const answer = await page.goto("/no-such-page");
  expect(answer?.status()).toBe(404);
  await expect(page.locator("main a").first()).toBeVisible();
});

test("nothing of the demo pretends to be real", async ({ page }) => {
  await page.goto(`/centers/${CENTER}`);
  await expect(page.locator("body")).toContainText("演示数据");
});
