// A volunteer sees their hours, says what is wrong, and shows the code of a shift.
import { codeFor, newPhone } from "./house.ts";
import { WORKED, atDesk, expect, expectAccessible, signInAsNew, test } from "./volunteer-house.ts";

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
  await signInAsNew(page, "何美琪", 1970);
  await page.goto(`/centers/${WORKED}`);
  await page.goto("/volunteer");
  await page.locator("form[action='/volunteer'] button[type=submit]").click();
  const desk = await atDesk(browser);
  const asking = (await desk.get(`/api/v1/centers/${WORKED}/applicants?limit=200`)).items;
  const mine = asking.findLast((one: any) => one.person_name === "何美琪");
  await desk.post(`/api/v1/centers/${WORKED}/applicants/${mine.id}/accept`, {});
  // A shift that is going on: the desk lets her join it, and says why.
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  const title = `临时帮手 ${newPhone()}`;
  const shift = await desk.post(`/api/v1/centers/${WORKED}/shifts`, {
    title, starts_at: at(-5), ends_at: at(90), volunteers_max: 2,
  });
  await desk.post(`/api/v1/shifts/${shift.id}/assignments`, { person_id: mine.person_id, override: "临时来帮忙" });
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
