// The kiosk, upright and lying, with and without JavaScript.
import { codeFor, expect, test } from "./house.ts";
import { PASSWORD, WORKER, enter, pair, publishNow, somebody, staffPage } from "./kiosk-house.ts";

test("a device is paired, shows its center, and keeps to the kiosk's pages", async ({ page, browser }) => {
  const name = await pair(page, browser);
  await expect(page.locator(".kiosk-clock")).toContainText(/\d{1,2}:\d{2}/);
  for (const path of ["/", "/centers", "/staff", "/me/bookings", "/sign-in"]) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/kiosk$/);
  }
  const staff = await staffPage(browser);
  await expect(staff.locator("main")).toContainText(name);
  await staff.context().close();
});

test("somebody checks in by the short code, and nothing of them stays", async ({ page, browser }) => {
  await pair(page, browser);
  const occurrence = await publishNow(browser);
  const { code, phone } = await somebody(browser, occurrence, "赵秀英");
  await phone.context().close();
  await page.locator(".kiosk-three a[href='/kiosk/check-in']").click();
  await enter(page, code);
  await page.locator(".kiosk-hand > .kiosk-key[data-tone=main]").click();
  await expect(page).toHaveURL(/\/kiosk\/result$/);
  const result = page.locator(".kiosk-result");
  await expect(result).toHaveAttribute("data-light", "green");
  await expect(result).not.toContainText("赵秀英");
  await page.locator("form[action='/kiosk/done'] button").click();
  await expect(page).toHaveURL(/\/kiosk$/);
  // C-131: the back key shows nothing of theirs, however often it is pressed.
  for (let n = 0; n < 4; n++) {
    await page.goBack().catch(() => null);
    await expect(page.locator(".kiosk-result")).toHaveCount(0);
    const text = await page.content();
    expect(text).not.toContain(code);
    expect(text).not.toContain("赵");
  }
  // Whoever shows the code again is told when it was.
  await page.goto("/kiosk/check-in");
  await enter(page, code);
  await page.locator(".kiosk-hand > .kiosk-key[data-tone=main]").click();
  await expect(page.locator(".kiosk-result")).toHaveAttribute("data-light", "amber");
});

test("what was typed stays when the language or the size of the text is switched", async ({ page, browser }) => {
  await pair(page, browser);
  await page.goto("/kiosk/check-in");
  await enter(page, "2345");
  await page.locator(".kiosk-bar button[name=mode][value=elder]").click();
  await expect(page.locator("html")).toHaveAttribute("data-mode", "elder");
  await expect(page.locator("#code")).toHaveValue("2345");
  await page.locator(".kiosk-bar button[name=lang]").click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator("#code")).toHaveValue("2345");
  await page.locator(".key[value='6']").click();
  await expect(page.locator("#code")).toHaveValue("23456");
});

test("an address that is not there keeps to the kiosk's frame and leads on", async ({ page, browser }) => {
  await pair(page, browser);
  for (const path of ["/kiosk/no-such-page", "/kiosk/on/none"]) {
    const answer = await page.goto(path);
    expect(answer?.status()).toBe(404);
    await expect(page.locator("header.site-header, .site-tools")).toHaveCount(0);
    await page.locator("a[href='/kiosk/idle']").click();
    await expect(page).toHaveURL(/\/kiosk$/);
  }
});

test("what is no code is told without saying what is known", async ({ page, browser }) => {
  await pair(page, browser);
  const told: string[] = [];
  for (const typed of ["15012345678", "王芳"]) {
    await page.goto("/kiosk/check-in");
    await page.locator("#code").fill(typed);
    await page.locator(".kiosk-hand > .kiosk-key[data-tone=main]").click();
    await expect(page.locator(".kiosk-result")).toHaveAttribute("data-light", "red");
    told.push((await page.locator(".kiosk-result").textContent())!);
  }
  expect(told[0]).toBe(told[1]);
});

test("language and mode end with the person", async ({ page, browser }) => {
  await pair(page, browser);
  await page.locator(".kiosk-bar button[name=lang]").click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.locator(".kiosk-bar button[value=elder]").click();
  await expect(page.locator("html")).toHaveAttribute("data-mode", "elder");
  await page.goto("/kiosk/menu");
  await page.locator(".kiosk-home").click();
  await expect(page).toHaveURL(/\/kiosk$/);
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await expect(page.locator("html")).toHaveAttribute("data-mode", "standard");
});

test("staff let it go by the number on its screen", async ({ page, browser }) => {
  await pair(page, browser);
  await page.locator(".kiosk-staff").click();
  await page.locator("form[action='/kiosk/exit/number'] button").click();
  const number = (await page.locator(".kiosk-number").textContent())!.trim();
  expect(number).toMatch(/^\d{6}$/);
  const staff = await staffPage(browser);
  await staff.locator("[name=number]").fill(number);
  await staff.locator("form[action$='/kiosks/exit'] button").click();
  await expect(staff).toHaveURL(/done=out/);
  await staff.context().close();
  // It may have learned of it, and be on its way there, by itself.
  await page.goto("/kiosk").catch(() => null);
  await expect(page.locator("a[href='/kiosk/pair']")).toBeVisible();
  await page.goto("/centers");
  await expect(page).toHaveURL(/\/centers$/);
});

test("staff let it go by user name and password, and nobody else does", async ({ page, browser }) => {
  await pair(page, browser);
  await page.goto("/kiosk/exit/sign-in");
  for (const [username, password, out] of [[WORKER, "wrong", false], ["evaluator", PASSWORD, false], [WORKER, PASSWORD, true]] as const) {
    await page.locator("[name=username]").fill(username);
    await page.locator("[name=password]").fill(password);
    await page.locator("form[action='/kiosk/exit/sign-in'] button[type=submit]").click();
    if (out) {
      await expect(page).not.toHaveURL(/kiosk/);
      continue;
    }
    await expect(page.locator(".field-error")).toBeVisible();
    for (const name of ["username", "password"]) await expect(page.locator(`[name=${name}]`)).toHaveValue("");
  }
});

test("C-131: keys leave nothing to go back to", async ({ page, browser }) => {
  await pair(page, browser);
  await page.goto("/kiosk/check-in");
  await enter(page, "23C");
  await page.goto("/kiosk/idle");
  for (let n = 0; n < 5; n++) {
    await page.goBack().catch(() => null);
    expect(await page.content()).not.toContain("23C");
    const field = page.locator("#code");
    if (await field.count()) await expect(field).toHaveValue("");
  }
});

test("a resident books at the kiosk by telephone and takes the ticket along", async ({ page, browser }) => {
  await pair(page, browser);
  const occurrence = await publishNow(browser);
  // Somebody of the demo city: whoever has just signed in is sent no second code within the minute.
  const nth = ["kiosk", "kiosk-lying", "kiosk-plain", "kiosk-lying-plain"].indexOf(test.info().project.name);
  const number = `1380000001${nth + 3}`;
  await page.goto(`/kiosk/on/${occurrence}`);
  await page.locator(".kiosk-hand .kiosk-key[data-tone=main]").click();
  await page.locator("a[href$='/phone']").click();
  await enter(page, number);
  await page.locator(".kiosk-hand .kiosk-key[data-tone=main]").click();
  await expect(page).toHaveURL(/\/code$/);
  const other = await (await browser.newContext()).newPage();
  const code = await codeFor(other, number);
  await other.context().close();
  await enter(page, code);
  await page.locator(".kiosk-hand .kiosk-key[data-tone=main]").click();
  await expect(page).toHaveURL(/\/who$/);
  expect(await page.locator("main").textContent()).not.toContain(number);
  await page.locator("button[name=person]").first().click();
  await page.locator(".kiosk-hand .kiosk-key[data-tone=main]").click();
  const result = page.locator(".kiosk-result");
  await expect(result).toHaveAttribute("data-light", "green");
  await expect(result.locator(".qr svg")).toBeVisible();
  const short = (await result.locator(".kiosk-number").textContent())!.trim();
  expect(short).toMatch(/^\w{4}-\w{4}$/);
  await expect(page.locator("body")).toContainText("演示数据");
  await page.locator("form[action='/kiosk/done'] button").click();
  await expect(page).toHaveURL(/\/kiosk$/);
  // C-131: however often one goes back.
  for (let n = 0; n < 8; n++) {
    await page.goBack().catch(() => null);
    const text = await page.content();
    for (const theirs of [number, short, code]) expect(text).not.toContain(theirs);
    await expect(page.locator(".kiosk-result")).toHaveCount(0);
  }
  // The short code is as good as the ticket at the door.
  await page.goto("/kiosk/check-in");
  await enter(page, short.replace("-", ""));
  await page.locator(".kiosk-hand > .kiosk-key[data-tone=main]").click();
  await expect(page.locator(".kiosk-result")).toHaveAttribute("data-light", "green");
});
