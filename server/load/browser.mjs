// Measures cold phone pages and a first booking in Chromium, four times slowed down and on slow
// 4G. Arguments: origin, session secret, paths; the last path is the occurrence that is booked.
// Answers with JSON.
import { createRequire } from "node:module";

const require = createRequire(new URL("../../end2end/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const [origin, secret, ...paths] = process.argv.slice(2);
// What Chromium's developer tools and Lighthouse call slow 4G.
const SLOW_4G = {
  offline: false,
  latency: 150,
  downloadThroughput: (1.6 * 1024 * 1024) / 8,
  uploadThroughput: (750 * 1024) / 8,
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

async function phone() {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 3,
    isMobile: true,
    hasTouch: true,
    locale: "zh-CN",
  });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", SLOW_4G);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  return { context, page, cdp };
}

// Total of the main thread's long tasks decides when the page answers a tap: the end of the last
// one before the network fell silent, and not before it was painted.
const WATCH = () => {
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.longTasks.push(task.startTime + task.duration);
  }).observe({ type: "longtask", buffered: true });
};

async function cold(path) {
  const { context, page, cdp } = await phone();
  await page.addInitScript(WATCH);
  const kinds = new Map();
  const bytes = {};
  cdp.on("Network.responseReceived", (e) => kinds.set(e.requestId, e.response.mimeType));
  cdp.on("Network.loadingFinished", (e) => {
    const kind = (kinds.get(e.requestId) ?? "other").split("/").pop();
    bytes[kind] = (bytes[kind] ?? 0) + e.encodedDataLength;
  });
  await page.goto(origin + path, { waitUntil: "load" });
  await page.waitForLoadState("networkidle");
  const times = await page.evaluate(() => ({
    painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
    ready: performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
    scripts: performance.getEntriesByType("resource").filter((r) => /\.(js|wasm)(\?|$)/.test(r.name)).map((r) => r.responseEnd),
    tasks: window.longTasks,
  }));
  await context.close();
  const parts = Object.entries(bytes).sort((a, b) => b[1] - a[1]).map(([kind, n]) => `${kind} ${(n / 1000).toFixed(1)}`);
  return {
    bytes: Object.values(bytes).reduce((a, b) => a + b, 0),
    parts: parts.join(", "),
    painted_ms: times.painted,
    interactive_ms: Math.max(times.painted, times.ready, ...times.scripts, ...times.tasks),
  };
}

// From the address of the occurrence to the ticket, by taps on what stands out.
async function booking(path) {
  const { context, page } = await phone();
  await context.addCookies([{ name: "linli", value: secret, url: origin, httpOnly: true, sameSite: "Lax" }]);
  const begun = performance.now();
  await page.goto(origin + path, { waitUntil: "domcontentloaded" });
  let taps = 0;
  const tap = async (locator) => {
    await locator.first().click();
    taps += 1;
  };
  await tap(page.locator(`a[href="${path}/book"]`).filter({ visible: true }));
  await page.waitForURL("**/book");
  const boxes = page.locator('main input[name="person"]');
  if ((await boxes.count()) > 0 && (await page.locator('main input[name="person"]:checked').count()) === 0) await tap(boxes);
  await tap(page.locator(`main form[action$="/book"] button[type="submit"], main form[method="post"] button.button-main`).filter({ visible: true }));
  await page.waitForURL(/\/me\/bookings/, { waitUntil: "domcontentloaded" });
  const took = performance.now() - begun;
  await context.close();
  return { booking_ms: took, taps };
}

try {
  const pages = {};
  for (const path of paths) pages[path] = await cold(path);
  const booked = await booking(paths.at(-1));
  console.log(JSON.stringify({ pages, ...booked }));
} finally {
  await browser.close();
}
