// Every journey runs with and without JavaScript (files named *.js.spec.ts only with it), on a
// phone and, where the layout matters, on the kiosk's and the desk's screen.
import { defineConfig } from "@playwright/test";
import { CHROMIUM } from "./chromium.mjs";

const chromium = { browserName: "chromium" as const, launchOptions: CHROMIUM };

const phone = { ...chromium, viewport: { width: 360, height: 800 }, hasTouch: true };
const kiosk = { ...chromium, viewport: { width: 1080, height: 1920 }, hasTouch: true };
const desk = { ...chromium, viewport: { width: 1440, height: 900 } };
const plain = { javaScriptEnabled: false };
const withScript = /\.js\.spec\.ts$/;
const staff = /staff.*\.spec\.ts$/;
const looks = /\/looks\.spec\.ts$/;
const screens = /\/kiosk[^/]*\.spec\.ts$/;
const lying = { ...kiosk, viewport: { width: 1920, height: 1080 } };

export default defineConfig({
  testDir: "tests",
  outputDir: "results",
  globalSetup: "./serve.ts",
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["./summary.ts"]],
  use: {
    baseURL: process.env.LINLI_URL ?? "http://127.0.0.1:3900",
    locale: "zh-CN",
    timezoneId: "America/Los_Angeles", // the browser's own zone must not matter (C-48)
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "phone", use: phone, testIgnore: [staff, screens] },
    { name: "phone-plain", use: { ...phone, ...plain }, testIgnore: [staff, withScript, looks, screens] },
    { name: "kiosk", use: kiosk, testMatch: [looks, screens] },
    { name: "kiosk-lying", use: lying, testMatch: screens },
    { name: "kiosk-plain", use: { ...kiosk, ...plain }, testMatch: screens, testIgnore: withScript },
    { name: "kiosk-lying-plain", use: { ...lying, ...plain }, testMatch: screens, testIgnore: withScript },
    { name: "desk", use: desk, testMatch: [staff, looks] },
    { name: "desk-plain", use: { ...desk, ...plain }, testMatch: staff, testIgnore: [withScript, /staff-looks/] },
  ],
});
