// One shift on two phones and a kiosk: both sign up, both come, the lead comes, and it is live.
import { expect, signInAsStaff, test } from "./house.ts";
import { enter, pair } from "./kiosk-house.ts";
import { WORKED, becomeVolunteer } from "./volunteer-house.ts";

const PHONE = { viewport: { width: 360, height: 800 }, locale: "zh-CN" };

test("two volunteers sign up by phone, come by the kiosk, and with their lead the shift is live", async ({ page, browser, javaScriptEnabled }) => {
  await pair(page, browser);
  const names = ["邹文静", "洪永福"];
  const phones = [];
  for (const name of names) {
    const phone = await (await browser.newContext({ ...PHONE, javaScriptEnabled })).newPage();
    phones.push({ name, phone, desk: (await becomeVolunteer(phone, browser, name)).desk });
  }
  const { desk } = phones[0];
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  const title = `活动帮手 ${Date.now() % 1_000_000}`;
  const shift = await desk.post(`/api/v1/centers/${WORKED}/shifts`, {
    title, starts_at: at(10), ends_at: at(70), volunteers_min: 2, volunteers_max: 2,
  });
  const state = async () => (await desk.get(`/api/v1/shifts/${shift.id}`)).state;
  // Both at once.
  await Promise.all(phones.map(async ({ phone }) => {
    await phone.goto(`/shifts/${shift.id}`);
    await phone.locator("#sign-up button.button-main").click();
    await expect(phone).toHaveURL(/\/me\/shifts\?new=1$/);
  }));
  expect(await state()).toBe("half");
  // Whoever of the staff leads nothing else just now; other journeys need leads as well.
  const staff = (await desk.get(`/api/v1/centers/${WORKED}/staff`)).items;
  let lead: any;
  await expect.poll(async () => {
    for (const one of staff) {
      if (await desk.may(`/api/v1/shifts/${shift.id}/assignments`, { staff_id: one.id })) return (lead = one).name;
    }
    return "";
  }, { timeout: 60_000 }).not.toBe("");
  expect(await state()).toBe("ready");
  for (const { name, phone } of phones) {
    await phone.locator("main li.card", { hasText: title }).locator("a.button-main").click();
    const code = (await phone.locator(".ticket-code").innerText()).replace(/\W/g, "");
    await page.goto("/kiosk/check-in");
    await enter(page, code);
    await page.locator(".kiosk-hand > .kiosk-key[data-tone=main]").click();
    const result = page.locator(".kiosk-result");
    await expect(result).toHaveAttribute("data-light", "green");
    await expect(result).not.toContainText(name);
    await page.locator("form[action='/kiosk/done'] button").click();
    await expect(page).toHaveURL(/\/kiosk$/);
    await phone.reload();
    await expect(phone.locator(".ticket")).toContainText("已签到");
  }
  // Both are there, and it is not live: half of it is missing.
  expect(await state()).toBe("ready");
  const office = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  await signInAsStaff(office, "luohu-social-worker");
  await office.goto(`/staff/shifts/${shift.id}`);
  const tap = (name: string) => office.locator("tr", { hasText: name }).locator("form[action$='/check-in'] button").click();
  await tap(lead.name);
  await expect.poll(state).toBe("live");
  // The second goes home: the shift is not live any more.
  await tap(phones[1].name);
  await expect.poll(state).toBe("ready");
  // The lead goes, too, and is free for others.
  await tap(lead.name);
  await expect(office.locator("tr", { hasText: lead.name })).toContainText(/:\d\d.*:\d\d/);
  for (const { phone } of phones) await phone.context().close();
  await office.context().close();
});
