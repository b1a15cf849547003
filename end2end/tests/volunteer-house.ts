// What journeys of volunteers share: the center with demo shifts, and its social worker.
import { PASSWORD } from "./house.ts";
import { expect, type Browser } from "@playwright/test";

export { expect, expectAccessible, signInAsNew, test } from "./house.ts";
/** The center whose week of shifts is seeded. */
export const WORKED = "SZ440303001-03";

/** The social worker of that center, as a program that is signed in like a browser. */
export async function atDesk(browser: Browser) {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/staff/sign-in");
  await page.locator("[name=username]").fill("luohu-social-worker");
  await page.locator("[name=password]").fill(PASSWORD);
  await page.locator("form[action='/staff/sign-in'] button[type=submit]").click();
  await expect(page).toHaveURL(/\/staff$/);
  const headers = { "sec-fetch-site": "same-origin" };
  return {
    get: async (path: string) => (await context.request.get(path)).json(),
    post: async (path: string, data: unknown) => {
      const answer = await context.request.post(path, { data, headers });
      expect(answer.ok(), await answer.text()).toBe(true);
      return answer.json();
    },
  };
}
