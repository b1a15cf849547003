// How every browser of the journeys and the measurements starts: Debian's Chromium, or CHROMIUM.
export const CHROMIUM = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
  ],
};

/** The same, which keeps pages for the way back as people's browsers do; Playwright switches that off. */
export const KEEPING = { ...CHROMIUM, ignoreDefaultArgs: ["--disable-back-forward-cache"] };

/** The same with a camera that shows a video file (MJPEG), allowed without asking. */
export const filmed = (file) => ({
  ...CHROMIUM,
  args: [
    ...CHROMIUM.args,
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    ...(file ? [`--use-file-for-fake-video-capture=${file}`] : []),
  ],
});
