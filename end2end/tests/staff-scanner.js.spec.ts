// A scanner that types on the staff's check-in page, wherever the focus is; what is heard; two doors.
import { expect, signInAsStaff, test } from "./house.ts";
import { center, publishNow, somebody, WORKER } from "./kiosk-house.ts";
import { listening, scan, type Typing } from "./wedge-house.ts";
import type { Browser, Page } from "@playwright/test";

type Ticket = { name: string; code: string; token: string };

/** People with a place in something that begins soon: short code and the 200 digits of the QR. */
async function tickets(browser: Browser, names: string[]): Promise<Ticket[]> {
  const occurrence = await publishNow(browser);
  const all: Ticket[] = [];
  for (const name of names) {
    const { phone, code } = await somebody(browser, occurrence, name);
    const id = phone.url().match(/bookings\/([^/]+)\/ticket/)![1];
    const { ticket } = await (await phone.request.get(`/api/v1/bookings/${id}`)).json();
    all.push({ name, code, token: ticket.token });
    await phone.context().close();
  }
  return all;
}

async function door(page: Page): Promise<void> {
  await signInAsStaff(page, WORKER);
  await page.goto(`/staff/centers/${await center(page)}/door`);
  await listening(page);
}

const answer = (page: Page) => page.locator("#door-answer .verdict");

for (const [screen, width, height] of [["desk", 1440, 900], ["phone", 360, 800]] as const) {
  test.describe(screen, () => {
    test.use({ viewport: { width, height }, hasTouch: screen === "phone" });

    test("C-104: a scanner types wherever the focus is, and nothing of it lands", async ({ page, browser }) => {
      const people = await tickets(browser, ["赵一", "钱二", "孙三", "李四", "周五", "吴六"]);
      await door(page);
      await page.evaluate(() => ((window as any).sameDocument = true));
      const name = page.locator("#name");
      await name.fill("王");
      const button = page.locator(".door-form button[type=submit]");
      const body = () => page.evaluate(() => (document.activeElement as HTMLElement).blur());
      const ways: [string, Typing, () => Promise<unknown>][] = [
        [people[0].token, { gap: 5, end: "Enter" }, () => name.focus()],
        [people[1].token, { gap: 28, end: "" }, () => name.focus()],
        [people[2].code.toLowerCase(), { gap: 12, end: "Enter" }, () => button.focus()],
        [people[3].code, { gap: 28, end: "Tab" }, body],
        [people[4].code.toLowerCase(), { gap: 12, end: "Enter", inputMethod: true }, () => name.focus()],
        [people[5].code, { gap: 20, end: "", inputMethod: true }, () => page.locator("#code").focus()],
      ];
      for (const [n, [text, typing, focus]] of ways.entries()) {
        await focus();
        const had = await page.evaluate(() => document.activeElement?.id);
        await scan(page, text, typing);
        await expect(answer(page), `way ${n}`).toContainText(people[n].name);
        await expect(answer(page)).toHaveAttribute("data-kind", "good");
        await expect(answer(page)).toBeInViewport();
        await expect(name).toHaveValue("王");
        await expect(page.locator("#code")).toHaveValue("");
        expect(await page.evaluate(() => document.activeElement?.id), `focus after way ${n}`).toBe(had);
      }
      expect(await page.evaluate(() => (window as any).sameDocument)).toBe(true);
    });

    test("C-104: what a person types is never taken as a scan and lands whole", async ({ page }) => {
      await door(page);
      let sent = 0;
      page.on("request", (request) => (sent += request.method() === "POST" ? 1 : 0));
      const name = page.locator("#name");
      await name.focus();
      for (const gap of [90, 140, 260]) await scan(page, "ouyangxiulan", { gap, end: "" });
      // A few keys rolled in one go.
      await scan(page, "abc", { gap: 20, end: "" });
      await expect(name).toHaveValue("ouyangxiulan".repeat(3) + "abc");
      await page.locator("#code").focus();
      await scan(page, "23456789", { gap: 150, end: "" });
      await expect(page.locator("#code")).toHaveValue("23456789");
      expect(sent).toBe(0);
      // And by hand it is sent by Enter, as ever.
      await page.keyboard.press("Enter");
      await expect(answer(page)).toHaveAttribute("data-kind", "bad");
      expect(sent).toBe(1);
    });
  });
}

test("C-102, C-106: the same code at once is one scan; a bad one does not spoil the next", async ({ page, browser }) => {
  const [person] = await tickets(browser, ["郑七"]);
  await door(page);
  const sent: string[] = [];
  page.on("request", (request) => request.method() === "POST" && sent.push(new URLSearchParams(request.postData()!).get("code")!));
  await scan(page, "x9".repeat(520));
  await scan(page, person.token, { end: "Tab" });
  await scan(page, person.token);
  await expect(answer(page)).toContainText("郑七");
  await expect(answer(page)).toHaveAttribute("data-kind", "good");
  expect(sent).toEqual([person.token]);
});

test("what the answer is, is heard; the switch is kept on the device", async ({ page, browser }) => {
  const [person] = await tickets(browser, ["冯八"]);
  await page.addInitScript(() => {
    const heard: number[] = ((window as any).heard = []);
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (at) {
      if (this.context.state === "running") heard.push(this.frequency.value);
      return start.call(this, at);
    };
  });
  await door(page);
  const heard = () => page.evaluate(() => (window as any).heard.splice(0));
  const sound = page.locator("#door-sound");
  await expect(sound).toBeChecked();
  // Nobody has touched this page yet, and the browser wants that first.
  await expect(page.locator("#door-sound-wanted")).toBeVisible();
  await scan(page, person.code);
  await expect(answer(page)).toHaveAttribute("data-kind", "good");
  await expect(page.locator("#door-sound-wanted")).toBeHidden();
  expect(await heard()).toEqual([880, 1320]);
  await scan(page, person.token);
  await expect(answer(page)).toHaveAttribute("data-kind", "warn");
  expect(await heard()).toEqual([660, 660]);
  await scan(page, "ABCDEFGH");
  await expect(answer(page)).toHaveAttribute("data-kind", "bad");
  expect(await heard()).toEqual([220]);
  // A screen reader says it, because the region was there before.
  await expect(page.locator("#door-answer")).toHaveAttribute("aria-live", "assertive");
  await sound.uncheck();
  await page.reload();
  await listening(page);
  await expect(sound).not.toBeChecked();
  await expect(page.locator("#door-sound-wanted")).toBeHidden();
  await scan(page, "HGFEDCBA");
  await expect(answer(page)).toHaveAttribute("data-kind", "bad");
  expect(await heard()).toEqual([]);
  await sound.check();
  await expect.poll(heard).toEqual([880, 1320]);
});

test("C-101: two doors scan the same ticket at once: one welcome, one already with time and door", async ({ page, browser }) => {
  const [person] = await tickets(browser, ["陈九"]);
  const other = await (await browser.newContext({ viewport: { width: 360, height: 800 }, locale: "zh-CN" })).newPage();
  await door(page);
  await door(other);
  const at = await Promise.all(
    [page, other].map(async (each) => {
      const sent = each.waitForRequest((request) => request.method() === "POST");
      await scan(each, person.token, { gap: 1 });
      await sent;
      return Date.now();
    }),
  );
  test.info().annotations.push({ type: "apart", description: `${Math.abs(at[0] - at[1])} ms` });
  const kinds: string[] = [];
  for (const each of [page, other]) {
    await expect(answer(each)).toContainText("陈九");
    const kind = (await answer(each).getAttribute("data-kind"))!;
    kinds.push(kind);
    if (kind === "warn") await expect(answer(each)).toContainText(/\d{1,2}:\d{2}.*社工/s);
  }
  expect(kinds.sort()).toEqual(["good", "warn"]);
  await other.context().close();
});
