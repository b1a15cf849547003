// A volunteer sees their hours, says what is wrong, and shows the code of a shift.
import { codeFor } from "./house.ts";
import { WORKED, expect, expectAccessible, joinShift, test } from "./volunteer-house.ts";

test("hours are seen and objected to", async ({ page }, info) => {
  const looked = () => (info.project.name.endsWith("-plain") ? undefined : expectAccessible(page));
  // Two of the demo's volunteers, so that the ways of running do not meet.
  const phone = info.project.name.endsWith("-plain") ? "13800000018" : "13800000017";
  await page.goto("/sign-in");
  await page.locator("#phone").fill(phone);
  await page.locator("form[action='/sign-in'] button[type=submit]").click();
  await page.locator("#code").fill(await codeFor(page, phone));
  await page.locator("form[action='/sign-in/code'] button[type=submit]").click();
  await page.goto("/me/shifts");
  await page.locator("main a[href='/me/hours']").click();
  await expect(page.locator(".hour-sums")).toContainText("小时");
  await looked();
  const entry = page.locator("main li.card", { hasText: "扫码核实" }).first();
  await expect(entry).toContainText("演示数据");
  await entry.locator("summary").click();
  await entry.locator("button[type=submit]").click();
  await expect(page.locator(".error-summary, [role=alert]").first()).toBeVisible();
  await looked();
  const wrong = page.locator("main li.card", { has: page.locator("[aria-invalid=true]") });
  await wrong.locator("textarea").fill("我五点才走");
  await wrong.locator("button[type=submit]").click();
  await expect(page).toHaveURL(/objected=1/);
  await expect(page.locator("main li.card", { hasText: "我五点才走" })).toContainText("异议处理中");
  await looked();
});

test("the code of a shift is shown, typed at the door, and counts", async ({ page, browser }, info) => {
  const looked = () => (info.project.name.endsWith("-plain") ? undefined : expectAccessible(page));
  const { desk, shift, title } = await joinShift(page, browser, "何美琪");
  await page.goto("/me/shifts");
  await page.locator("main li.card", { hasText: title }).locator("a.button-main").click();
  await expect(page.locator(".ticket-qr svg").first()).toBeVisible();
  await looked();
  const code = (await page.locator(".ticket-code").innerText()).trim();
  const scan = await desk.post("/api/v1/check-ins", { id: crypto.randomUUID(), token: code, center_id: WORKED });
  expect(scan.result).toBe("admitted");
  expect(scan.shift_id).toBe(shift.id);
  await page.reload();
  await expect(page.locator(".ticket")).toContainText("已签到");
  await page.goto("/me/hours");
  await expect(page.locator("main")).toContainText("还没有服务时数");
  await looked();
});
