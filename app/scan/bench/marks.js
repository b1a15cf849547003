// Runs in the measured page before its own scripts: tells when the camera took the first frame with a
// code, when a // scanner's Enter came, when the code was sent, and when the answer was painted. All in milliseconds since 1970.
(() => {
  const told = new Set();
  const since = (time) => performance.timeOrigin + time;
  const strip = document.createElement("canvas");
  [strip.width, strip.height] = [12, 1];
  const pen = strip.getContext("2d", { willReadFrequently: true });

  function look(video, now, frame) {
    video.requestVideoFrameCallback((now, frame) => look(video, now, frame));
    pen.drawImage(video, 0, 8, 12 * 32, 16, 0, 0, 12, 1);
    const { data } = pen.getImageData(0, 0, 12, 1);
    const bits = Array.from({ length: 12 }, (_, at) => (data[at * 4] > 128 ? 1 : 0));
    const number = bits.slice(2, 8).reduce((sum, bit) => sum * 2 + bit, 0);
    const index = bits.slice(8).reduce((sum, bit) => sum * 2 + bit, 0);
    if (bits[0] !== 1 || bits[1] !== 0 || number === 63 || told.has(number)) return;
    told.add(number);
    const taken = frame.captureTime;
    mark({ what: "view", number, index, taken: taken === undefined ? null : since(taken), at: since(frame.presentationTime) });
  }
  addEventListener("playing", ({ target }) => look(target, 0, {}), true);
  addEventListener("keydown", (event) => event.key === "Enter" && mark({ what: "enter", at: since(performance.now()) }), true);
  // Both doors read their form when they send it.
  addEventListener("formdata", () => mark({ what: "sent", at: since(performance.now()) }), true);

  // What stands in the page when a frame is drawn is painted with it; a message comes after that.
  let last = null;
  new MutationObserver(() => {
    const answer = document.querySelector("#door-answer .verdict, .kiosk-result .kiosk-next");
    if (!answer || answer === last) return;
    last = answer;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        const shown = answer.closest("[data-light]")?.dataset.light ?? answer.dataset.kind;
        mark({ what: "answer", at: since(performance.now()), shown, text: answer.textContent });
      };
      channel.port2.postMessage(0);
    });
  }).observe(document, { childList: true, subtree: true });
})();
