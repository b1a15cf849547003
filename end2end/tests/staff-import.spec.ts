// A plan out of a spreadsheet: found from the activities, pasted and chosen as a file, looked at, made as
// drafts, and never twice. Everything by links and forms, with and without JavaScript.
import { CENTER, expect, expectAccessible, signInAsStaff, test } from "./house.ts";

function inDays(days: number): string {
  const shanghai = new Date(Date.now() + days * 86_400_000 + 8 * 3_600_000);
  return shanghai.toISOString().slice(0, 10);
}

test("a plan is pasted, looked at, made as drafts, and a second time there is nothing to make", async ({ page }, info) => {
  const plain = info.project.name.endsWith("-plain");
  const stamp = `${Date.now() % 10_000_000}${info.workerIndex}`;
  const title = `合唱排练${stamp}`;
  await signInAsStaff(page, "admin");
  await page.goto(`/staff/centers/${CENTER}/activities`);
  await page.locator("main a[href$='/activities/import']").click();
  if (!plain) await expectAccessible(page);
  const rows = [
    "名称\t日期\t时间\t地点\t名额\t类别",
    `${title}\t${inDays(60)}\t14:00-15:30\t排练室${stamp}\t20\t长者`,
    `${title}\t${inDays(67)}\t14:00-15:30\t排练室${stamp}\t20\t长者`,
    `${title}\t改天\t14:00-15:30\t\t\t长者`,
  ].join("\n");
  await page.locator("#rows").fill(rows);
  await page.locator("button[value=look]").click();
  const look = page.locator("#look");
  await expect(look.locator("tbody tr")).toHaveCount(3);
  await expect(look).toContainText("日期看不懂");
  if (!plain) await expectAccessible(page);
  await look.locator("button[value=import]").click();
  await expect(page.locator("main [role=status]")).toContainText("一共 2 场");
  await page.locator("main a[href$='status=draft']").click();
  await expect(page.locator("tr", { hasText: title })).toHaveCount(1);

  // The same as a file.
  await page.locator("main a[href$='/activities/import']").click();
  await page.locator("#file").setInputFiles({
    name: "plan.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`\uFEFF${rows.replaceAll("\t", ",")}\r\n`),
  });
  await page.locator("button[value=look]").click();
  await expect(look).toContainText("已经有的 2 行");
  await expect(page.locator("button[value=import]")).toHaveCount(0);
  await look.locator("a", { hasText: "打开" }).first().click();
  await expect(page.locator("h1")).toContainText(title);
});
