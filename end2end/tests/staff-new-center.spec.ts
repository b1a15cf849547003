// An administrator opens a center; its manager says when it is open, adds a room, pairs the touch screen
// and plans the first activity; and a resident takes a place.
import { expect, expectAccessible, signInAsNew, signInAsStaff, test } from "./house.ts";
import { enter } from "./kiosk-house.ts";
import type { Page } from "@playwright/test";

function inDays(days: number): string {
  const shanghai = new Date(Date.now() + days * 86_400_000 + 8 * 3_600_000);
  return shanghai.toISOString().slice(0, 10);
}

async function send(page: Page): Promise<void> {
  await page.locator("main form .button-main[type=submit]").first().click();
}

/** Follows the line of what is still missing. */
async function follow(page: Page, home: string, words: string): Promise<void> {
  await page.goto(home);
  await page.locator("section[aria-labelledby=missing] a", { hasText: words }).click();
}

test("a center is opened and has everything it needs, each step led to by the last", async ({ page, browser }, info) => {
  test.setTimeout(240_000);
  const plain = info.project.name.endsWith("-plain");
  const looked = (of: Page) => (plain ? undefined : expectAccessible(of));
  const stamp = `${Date.now() % 10_000_000}${info.workerIndex}`;
  const name = `新苗${stamp}社区党群服务中心`;

  await signInAsStaff(page, "admin");
  await page.locator("header a[href='/staff/accounts']").first().click();
  await page.locator("main a[href='/staff/centers/new']").click();
  await looked(page);
  await page.locator("[name=center_name]").fill(name);
  await page.locator("[name=subdistrict]").selectOption({ index: 1 });
  await page.locator("[name=community]").fill(`新苗${stamp}社区`);
  await send(page);
  await expect(page).toHaveURL(/\/settings\?opened=1$/);
  await expect(page.locator("section[aria-labelledby=missing] li")).toHaveCount(6);
  await looked(page);
  const home = new URL(page.url()).pathname;
  const id = home.split("/")[3];

  // The manager's account, by the way that the page shows.
  await follow(page, home, "开账号");
  await expect(page.locator("[name=role]")).toHaveValue("center_manager");
  await page.locator("[name=name]").fill("方新苗");
  const username = `fang.${stamp}`;
  await page.locator("[name=username]").fill(username);
  // Of many places one writes the name; the address has said which.
  await send(page);
  const first = (await page.locator("main code").textContent())!.trim();

  const manager = await (await browser.newContext({ javaScriptEnabled: !plain })).newPage();
  await manager.goto("/staff/sign-in");
  await manager.locator("[name=username]").fill(username);
  await manager.locator("[name=password]").fill(first);
  await manager.locator("form[action='/staff/sign-in'] button[type=submit]").click();
  await manager.locator("[name=password]").fill(`${username}-2026!`);
  await manager.locator("[name=again]").fill(`${username}-2026!`);
  await manager.locator("form[action='/staff/first-password'] button[type=submit]").click();
  await manager.goto(home);
  await expect(manager.locator("section[aria-labelledby=missing] li")).toHaveCount(5);

  await follow(manager, home, "开放时间");
  for (const day of ["mo", "tu", "we", "th", "fr", "sa", "su"]) {
    await manager.locator(`[name=${day}]`).fill("08:00-22:00");
  }
  await send(manager);
  await follow(manager, home, "电话和地址");
  await manager.locator("[name=telephone]").fill("0755-25001234");
  await manager.locator("[name=address]").fill("新苗路 1 号");
  await send(manager);
  await follow(manager, home, "活动室");
  await manager.locator("[name=room]").fill("多功能厅");
  await send(manager);

  await follow(manager, home, "触摸屏");
  await manager.locator("[name=name]").fill("大厅");
  await manager.locator("form:has([name=name]) button[type=submit]").click();
  const code = (await manager.locator(".pairing-code code").textContent())!.trim().replace("-", "");
  const screen = await browser.newContext({ javaScriptEnabled: !plain, viewport: { width: 1080, height: 1920 } });
  const kiosk = await screen.newPage();
  await kiosk.goto("/kiosk/pair");
  await enter(kiosk, code);
  await kiosk.locator(".kiosk-key[data-tone=main]").click();
  await expect(kiosk).toHaveURL(/\/kiosk$/);
  await expect(kiosk.locator("body")).toContainText(name);

  await follow(manager, home, "第一场活动");
  await manager.locator("[name=title]").fill("开放日");
  await manager.locator("[name=starts_on]").fill(inDays(6));
  await manager.locator("[name=starts_at]").fill("10:00");
  await manager.locator("[name=ends_at]").fill("11:30");
  await manager.locator("[name=room]").selectOption("多功能厅");
  await manager.locator("[name=capacity]").fill("20");
  await manager.locator("button[name=do][value=publish]").click();
  await expect(manager.locator("main h1")).toHaveText("开放日");
  await manager.goto(home);
  await expect(manager.locator("section[aria-labelledby=missing]")).toHaveCount(0);

  const phone = await (await browser.newContext({ javaScriptEnabled: !plain, viewport: { width: 360, height: 800 } })).newPage();
  await signInAsNew(phone, "何新来", 1957);
  await phone.goto(`/centers/${id}`);
  await expect(phone.locator("main")).toContainText("新苗路 1 号");
  await phone.locator("main a[href^='/occurrences/']", { hasText: "开放日" }).first().click();
  const occurrence = phone.url().match(/occurrences\/([^/?]+)/)![1];
  await phone.goto(`/occurrences/${occurrence}/book`);
  await phone.locator(`form[action='/occurrences/${occurrence}/book'] button[type=submit]`).click();
  await expect(phone.locator(".ticket")).toHaveAttribute("data-state", "confirmed");
});
