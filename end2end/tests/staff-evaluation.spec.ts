// An evaluator goes through the centers that they are assigned, writes an evaluation with the year's
// figures beside it, and hands it in; the center's manager reads it and replies.
import { expect, expectAccessible, signInAsStaff, test } from "./house.ts";
import type { Page, TestInfo } from "@playwright/test";

const CENTER = "SZ440303001-03";

/** Axe, where there are scripts. */
async function looked(page: Page, info: TestInfo): Promise<void> {
  if (!info.project.name.endsWith("-plain")) await expectAccessible(page);
}

test("an evaluation is written over two sittings, handed in, and replied to", async ({ page, browser }, info) => {
  const plain = info.project.name.endsWith("-plain");
  // With and without script run side by side and write one each.
  const stage = plain ? "final" : "mid_term";
  await signInAsStaff(page, "evaluator");
  await page.locator("header a[href='/staff/evaluations']").first().click();
  await looked(page, info);
  await page.locator(`main a[href$='/centers/${CENTER}/evaluations/${new Date().getFullYear()}/${stage}']`).click();
  await looked(page, info);
  const here = page.url();

  // The figures stand there; nothing of them is typed.
  await expect(page.locator("main dl.facts").first()).toBeVisible();
  await page.locator("[name=output]").selectOption("excellent");
  await page.locator("[name=output_note]").fill("查看了签到记录和结月报表");
  await page.locator("button[name=do][value=save]").click();
  await expect(page).toHaveURL(/done=saved$/);
  await expect(page.locator("[name=output]")).toHaveValue("excellent");

  // All that is missing is said at once, and what was entered stays.
  await page.locator("button[name=do][value=hand_in]").click();
  await expect(page.locator(".error-summary li")).toHaveCount(11);
  await expect(page.locator("[name=output_note]")).toHaveValue("查看了签到记录和结月报表");
  await looked(page, info);
  for (const select of await page.locator("main select").all()) {
    if ((await select.inputValue()) === "") await select.selectOption("good");
  }
  await page.locator("[name=summary]").fill("服务扎实，双工联动有特色");
  await page.locator("button[name=do][value=hand_in]").click();
  await expect(page).toHaveURL(/done=handed_in$/);
  await expect(page.locator("main form")).toHaveCount(0);
  await looked(page, info);

  const manager = await (await browser.newContext({ javaScriptEnabled: !plain })).newPage();
  await signInAsStaff(manager, "luohu-manager");
  await manager.goto(`/staff/centers/${CENTER}/year`);
  await manager.locator("main a[href^='/staff/evaluations']").click();
  await manager.locator(`main a[href$='/${stage}']`).first().click();
  await expect(manager.locator("main")).toContainText("服务扎实");
  await manager.locator("[name=reply]").fill("谢谢，我们会继续努力");
  await manager.locator("form[action$='/reply'] button[type=submit]").click();
  await expect(manager.locator("main")).toContainText("谢谢，我们会继续努力");
  await looked(manager, info);

  await page.goto(here);
  await expect(page.locator("main")).toContainText("谢谢，我们会继续努力");
});
