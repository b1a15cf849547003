// An agency is written down, gets a center for some days, and what its people may do there ends with the
// contract. Everything by links and forms, with and without JavaScript.
import { expect, expectAccessible, signInAsStaff, test } from "./house.ts";

/** A center of another subdistrict, of which the demo has no contract. */
const CENTER = "SZ440305001-01";

/** So many days from today, as forms send it. */
function day(n: number): string {
  return new Date(Date.now() + n * 86_400_000).toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });
}

/** The same as pages say it. */
function told(n: number): string {
  const [year, month, date] = day(n).split("-").map(Number);
  return `${year}年${month}月${date}日`;
}

test("a contract ends what an agency's people may do at its center", async ({ page }, info) => {
  const plain = info.project.name.endsWith("-plain");
  const looked = () => (plain ? undefined : expectAccessible(page));
  const unique = `${Date.now()}.${info.workerIndex}`;
  // Years ahead, and others for each run: a center has one contract a day.
  const from = 2000 + Math.floor(Math.random() * 50_000);
  await signInAsStaff(page, "admin");
  await page.goto("/staff/accounts");
  await page.locator("main a[href='/staff/agencies']").click();
  await looked();
  await page.locator("main details summary").click();
  await page.locator("[name=agency_name]").fill(`旅程社工 ${unique}`);
  await page.locator("main form button[type=submit]").click();
  await expect(page.locator("main h1")).toContainText(unique);
  const agency = page.url().split("?")[0];
  await looked();

  // A contract, after a look at whom it hits.
  await page.locator("main a[href$='/contracts/new']").click();
  await looked();
  await page.locator("[name=center]").fill(CENTER);
  await page.locator("[name=from]").fill(day(from));
  await page.locator("[name=to]").fill(day(from + 20));
  await page.locator("button[value=look]").click();
  await expect(page.locator("#look")).toContainText(told(from + 20));
  await looked();
  await page.locator("button[value=save]").click();
  await expect(page.locator("main table").first()).toContainText(told(from + 20));

  // Somebody of the agency, whose role begins with the contract and ends with it.
  await page.goto("/staff/accounts/new");
  await page.locator("[name=name]").fill("周小满");
  await page.locator("[name=username]").fill(`agency.${unique}`);
  await page.locator("[name=role]").selectOption("social_worker");
  await page.locator("[name=place]").fill(CENTER);
  await page.locator("[name=from]").fill(day(from));
  await page.locator("main form button[type=submit]").click();
  await page.locator("main a[href^='/staff/accounts/']").last().click();
  const account = page.url();
  const fold = page.locator("main details").filter({ has: page.locator("[name=agency]") });
  await fold.locator("summary").click();
  await fold.locator("[name=agency]").selectOption({ label: `旅程社工 ${unique}` });
  await fold.locator("button[value=agency]").click();
  await expect(page.locator("main .row-list").first()).toContainText(told(from + 20));
  await looked();

  // The end moves, and the role with it.
  await page.goto(agency);
  await page.locator("main a[href*='/contracts/']").first().click();
  await page.locator("[name=to]").first().fill(day(from + 10));
  await page.locator("button[value=look]").click();
  // Others of this center may be of other agencies, and are told apart.
  await expect(page.locator("#look table").first().locator("tbody tr")).toHaveCount(1);
  await looked();
  await page.locator("button[value=save]").click();
  await expect(page.locator("main table").first()).toContainText(told(from + 10));
  await page.goto(account);
  await expect(page.locator("main .row-list").first()).toContainText(told(from + 10));
});
