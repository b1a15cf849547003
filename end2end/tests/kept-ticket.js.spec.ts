// A kept ticket is shown within seconds wherever the network fails, however it fails (C-183): through
// a proxy that keeps silent, answers 502, or stops in the middle of a page.
import { CENTER, expect, signInAsNew, test } from "./house.ts";
import { joinShift } from "./volunteer-house.ts";
import { type IncomingMessage, type Server, type ServerResponse, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

type Mood = "through" | "silent" | "502" | "stops";

/** A proxy before the server, in a mood that the test sets. */
class Proxy {
  mood: Mood = "through";
  readonly #server: Server;

  constructor(readonly target: URL) {
    this.#server = createServer((asked, answer) => this.#pass(asked, answer));
  }

  async open(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { mood } = this;
    if (mood === "silent") return;
    if (mood === "502") {
      answer.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad Gateway</h1>");
      return;
    }
    const { hostname, port } = this.target;
    const headers = { ...asked.headers, "accept-encoding": "identity" };
    const on = request({ hostname, port, path: asked.url, method: asked.method, headers }, (got) => {
      answer.writeHead(got.statusCode ?? 500, got.headers);
      if (mood === "stops") got.once("data", (part) => answer.write(part.subarray(0, 400)));
      else got.pipe(answer);
    });
    on.on("error", () => answer.destroy());
    asked.pipe(on);
  }
}

test("C-183 a kept ticket is shown when the network is silent, in trouble, or stops in the middle", async ({
  browser,
  baseURL,
}) => {
  const proxy = new Proxy(new URL(baseURL ?? "http://127.0.0.1:3900"));
  const context = await browser.newContext({ baseURL: await proxy.open(), locale: "zh-CN" });
  try {
    const page = await context.newPage();
    await signInAsNew(page, "周秀英", 1958);
    const answer = await page.request.get(`/api/v1/centers/${CENTER}/occurrences?limit=200`);
    const { items } = await answer.json();
    const soon = Date.now() + 3_600_000;
    const free = items.filter(
      (o: any) =>
        o.allocation === "first_come" &&
        o.status === "published" &&
        o.capacity - o.confirmed >= 4 &&
        Date.parse(o.booking_opens_at) < Date.now() &&
        Date.parse(o.booking_closes_at) > soon &&
        (o.min_age ?? 0) <= 60 &&
        (o.max_age ?? 130) >= 70,
    );
    expect(free.length).toBeGreaterThan(0);
    const { id } = free[Math.floor(Math.random() * free.length)];
    await page.goto(`/occurrences/${id}/book`);
    await page.locator(`form[action='/occurrences/${id}/book'] button[type=submit]`).click();
    await expect(page).toHaveURL(/\/ticket\?new=1$/);
    const ticket = new URL(page.url()).pathname;
    const code = await page.locator(".ticket-code").innerText();

    // The page of one's bookings keeps what is to come, though this ticket is not opened again.
    await page.goto("/me/bookings");
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.evaluate(() => caches.delete("linli-tickets"));
    await page.goto("/me/bookings");
    await expect
      .poll(() => page.evaluate((path) => caches.match(path).then((kept) => kept !== undefined), ticket))
      .toBe(true);

    for (const mood of ["silent", "502", "stops"] as const) {
      proxy.mood = mood;
      const begun = Date.now();
      await page.goto(ticket);
      await expect(page.locator(".ticket-code")).toHaveText(code);
      expect(Date.now() - begun, mood).toBeLessThan(8_000);
      await expect(page.locator(".kept-note")).toBeVisible();
      // The list of kept tickets stands in for the page of one's bookings.
      await page.goto("/me/bookings");
      await expect(page.locator(`a[href='${ticket}']`)).toBeVisible();
    }
    proxy.mood = "through";
    await page.goto(ticket);
    await expect(page.locator(".ticket-code")).toHaveText(code);
    await expect(page.locator(".kept-note")).toBeHidden();

    // Giving back says what it did, also where the worker fetches the page.
    await page.goto("/me/bookings");
    await page.locator("a[href$='/cancel']").first().click();
    await page.locator("button.button-danger").click();
    await expect(page).toHaveURL(/\/ticket\?gone=1$/);
    await expect(page.locator(".notice")).toContainText("已经取消了");
    await expect(page.locator("a[href$='event.ics']")).toHaveCount(0);
  } finally {
    await context.close();
    proxy.close();
  }
});

test("C-183 the ticket of a shift is kept too, apart from those of bookings", async ({ browser, baseURL }) => {
  const proxy = new Proxy(new URL(baseURL ?? "http://127.0.0.1:3900"));
  const context = await browser.newContext({ baseURL: await proxy.open(), locale: "zh-CN" });
  try {
    const page = await context.newPage();
    const { title } = await joinShift(page, browser, "沈玉华");
    await page.goto("/me/shifts");
    const card = page.locator("main li.card", { hasText: title });
    const ticket = (await card.locator("a[data-keep]").getAttribute("href")) ?? "";
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.goto("/me/shifts");
    const isKept = () => page.evaluate((path) => caches.match(path).then((kept) => kept !== undefined), ticket);
    await expect.poll(isKept).toBe(true);
    // The page of one's bookings knows nothing of shifts, and takes nothing of theirs away.
    await page.goto("/me/bookings");
    await page.waitForLoadState("networkidle");
    expect(await isKept()).toBe(true);

    proxy.mood = "silent";
    await page.goto(ticket);
    await expect(page.locator(".ticket-code")).toBeVisible();
    await expect(page.locator(".kept-note")).toBeVisible();
    await page.goto("/me/shifts");
    await expect(page.locator(`a[href='${ticket}']`)).toContainText(title);
    proxy.mood = "through";
  } finally {
    await context.close();
    proxy.close();
  }
});
