// What journeys of volunteers share: the center with demo shifts, and its social worker.
import { PASSWORD, newPhone, signInAsNew } from "./house.ts";
import { expect, type Browser, type Page } from "@playwright/test";

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
    /** Whether that could be done. */
    may: async (path: string, data: unknown) => (await context.request.post(path, { data, headers })).ok(),
    post: async (path: string, data: unknown) => {
      const answer = await context.request.post(path, { data, headers });
      expect(answer.ok(), await answer.text()).toBe(true);
      return answer.json();
    },
  };
}

/** Somebody new asks to be a volunteer, and is accepted. */
export async function becomeVolunteer(page: Page, browser: Browser, name: string) {
  const phone = await signInAsNew(page, name, 1970);
  await page.goto(`/centers/${WORKED}`);
  await page.goto("/volunteer");
  await page.locator("form[action='/volunteer'] button[type=submit]").click();
  const desk = await atDesk(browser);
  const asking = (await desk.get(`/api/v1/centers/${WORKED}/applicants?limit=200`)).items;
  const mine = asking.findLast((one: any) => one.person_name === name);
  await desk.post(`/api/v1/centers/${WORKED}/applicants/${mine.id}/accept`, {});
  return { desk, mine, phone };
}

/** Somebody new becomes a volunteer, and the desk puts them into a shift that is going on. */
export async function joinShift(page: Page, browser: Browser, name: string) {
  const { desk, mine } = await becomeVolunteer(page, browser, name);
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  const title = `临时帮手 ${newPhone()}`;
  const shift = await desk.post(`/api/v1/centers/${WORKED}/shifts`, {
    title, starts_at: at(-5), ends_at: at(90), volunteers_max: 2,
  });
  await desk.post(`/api/v1/shifts/${shift.id}/assignments`, { person_id: mine.person_id, override: "临时来帮忙" });
  return { desk, shift, title };
}
