// The morning's self-test finds what is broken: each part is broken on purpose, on a kiosk of its own.
import { expect, test } from "./house.ts";
import { madeUpCamera } from "./camera-house.ts";
import { pair, staffPage } from "./kiosk-house.ts";
import type { Page } from "@playwright/test";

const answer = (page: Page, genuine: boolean) =>
  page.route("**/api/v1/kiosk/test-ticket", (route) => route.fulfill({ json: { genuine } }));
const clock = (page: Page, off: number) =>
  page.addInitScript((ahead) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + ahead;
  }, off);

type Fault = { what: string; check: string; light: "amber" | "red"; breaks: (page: Page) => Promise<unknown> };
const FAULTS: Fault[] = [
  { what: "a door that takes forged tickets", check: "ticket", light: "red", breaks: (page) => answer(page, true) },
  { what: "a door that takes no ticket", check: "ticket", light: "red", breaks: (page) => answer(page, false) },
  { what: "no answer about tickets", check: "ticket", light: "amber", breaks: (page) => page.route("**/api/v1/kiosk/test-ticket", (route) => route.abort()) },
  { what: "a clock that is two minutes fast", check: "clock", light: "red", breaks: (page) => clock(page, 120_000) },
  { what: "a clock that is ten seconds slow", check: "clock", light: "amber", breaks: (page) => clock(page, -10_000) },
  {
    what: "a browser that keeps nothing",
    check: "storage",
    light: "red",
    breaks: (page) =>
      page.addInitScript(() => {
        Storage.prototype.setItem = () => {
          throw new DOMException("full", "QuotaExceededError");
        };
      }),
  },
  // Its cable is in and it is allowed; only nothing moves.
  { what: "a camera whose picture stands still", check: "camera", light: "red", breaks: (page) => madeUpCamera(page, { frozen: true }) },
  { what: "no network", check: "network", light: "red", breaks: (page) => page.route(/\/api\/v1\/kiosk$/, (route) => route.abort()) },
];

test("beyond.md 22: the self-test tells each part that is broken, and how to mend it", async ({ page, browser }) => {
  test.slow();
  await pair(page, browser);
  for (const { what, check, light, breaks } of FAULTS) {
    await test.step(what, async () => {
      const tab = await page.context().newPage();
      await breaks(tab);
      await tab.goto("/kiosk/self-test");
      const row = tab.locator(`[data-check=${check}]`);
      await expect(row).toHaveAttribute("data-light", light);
      await expect(row.locator("p").last()).toBeVisible();
      for (const other of ["ticket", "clock", "network"].filter((name) => name !== check)) {
        // Without a network nothing can be said of the clock.
        if (check !== "network") await expect(tab.locator(`[data-check=${other}]`)).toHaveAttribute("data-light", "green");
      }
      await tab.close();
    });
  }
});

test("a camera that gives one picture after the other passes", async ({ page, browser }) => {
  await pair(page, browser);
  await madeUpCamera(page);
  await page.goto("/kiosk/self-test");
  await expect(page.locator("[data-check=camera]")).toHaveAttribute("data-light", "green");
});

test("beyond.md 22: staff see from their own page which part of a kiosk's test has failed", async ({ page, browser }) => {
  const name = await pair(page, browser);
  const staff = await staffPage(browser);
  const card = staff.locator(".kiosk-list-staff > li", { hasText: name });
  const tested = async () => {
    await page.goto("/kiosk/self-test");
    await expect(page.locator("[data-check=camera]")).not.toHaveAttribute("data-light", "none");
    await expect(page.locator(".kiosk-note[role=status]")).toHaveText("结果已报给工作人员。");
    await staff.reload();
  };
  await tested();
  await expect(card).toContainText("摄像头");
  await expect(card).not.toContainText("验票");
  await answer(page, true);
  await tested();
  await expect(card).toHaveAttribute("data-light", "red");
  await expect(card).toContainText("验票");
  await staff.context().close();
});
