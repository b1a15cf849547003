// From a <video> to the texts of codes: opens the camera, picks frames, has them read by the
// worker. See README.md.

/** Pixels on the longer side of the whole picture, scaled down. */
const WHOLE = 800;

/** Pixels on a side of the middle, cut out as it is, for codes that are small. */
const MIDDLE = 560;

/** A worker that is silent for so long, in milliseconds, is replaced. */
const SILENCE = 8000;

/** What getUserMedia's errors mean to a person. */
const KINDS = {
  NotAllowedError: "denied",
  PermissionDeniedError: "denied",
  SecurityError: "insecure",
  NotFoundError: "none",
  DevicesNotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  TrackStartError: "busy",
  AbortError: "busy",
};

/**
 * Reads codes from the camera until the returned function is called.
 *
 * @param {HTMLVideoElement} video shows the picture
 * @param {{
 *   workerUrl: string, wasmUrl: string,
 *   onText: (texts: string[], ms: number) => void,
 *   onError?: (kind: "denied" | "none" | "busy" | "insecure" | "unsupported") => void,
 *   onState?: (state: { running: boolean, torch: boolean | null }) => void,
 * }} options
 * @returns {(() => void) & { torch: (on: boolean) => Promise<boolean> }} stops all
 */
export function start(video, options) {
  const { workerUrl, wasmUrl, onText } = options;
  const onError = options.onError || (() => {});
  const onState = options.onState || (() => {});

  let stopped = false;
  let opening = 0; // counts up, so that an answer that comes too late is known
  let stream = null;
  let worker = null;
  let ready = false;
  let sent = null; // { id, at } of the frame that is being read
  let count = 0;
  let request = 0;
  let lit = null;
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });

  const tell = (running) => onState({ running, torch: lit });

  function hire() {
    ready = false;
    sent = null;
    worker = new Worker(workerUrl);
    worker.onmessage = ({ data }) => {
      if (stopped) return;
      if (data.ready) {
        ready = true;
      } else if (data.failed) {
        fail("unsupported");
      } else if (sent && data.id === sent.id) {
        const ms = performance.now() - sent.at;
        sent = null;
        if (data.texts && data.texts.length > 0) onText(data.texts, ms);
      }
    };
    worker.onerror = () => fail("unsupported");
    worker.postMessage({ wasm: new URL(wasmUrl, document.baseURI).href });
  }

  function dismiss() {
    if (worker) worker.terminate();
    worker = null;
    ready = false;
    sent = null;
  }

  /** The whole picture and its middle by turns. */
  function grab(id) {
    const { videoWidth, videoHeight } = video;
    let width = videoWidth;
    let height = videoHeight;
    let scale = Math.min(1, WHOLE / Math.max(width, height));
    if (scale < 0.8 && id % 2 === 1) {
      width = Math.min(width, MIDDLE);
      height = Math.min(height, MIDDLE);
      scale = 1;
    }
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const [x, y] = [(videoWidth - width) / 2, (videoHeight - height) / 2];
    context.drawImage(video, x, y, width, height, 0, 0, canvas.width, canvas.height);
    return context.getImageData(0, 0, canvas.width, canvas.height);
  }

  function look() {
    if (stopped || !stream) return;
    next();
    if (sent && performance.now() - sent.at > SILENCE) {
      dismiss();
      hire();
    }
    if (!ready || sent || video.readyState < 2 || video.videoWidth === 0) return;
    const id = count++;
    const at = performance.now();
    const { width, height, data } = grab(id);
    sent = { id, at };
    // two frames, the whole and its middle, get the same pains
    const effort = id >> 1;
    worker.postMessage({ id, width, height, pixels: data.buffer, effort }, [data.buffer]);
  }

  const follows = "requestVideoFrameCallback" in HTMLVideoElement.prototype;

  function next() {
    request = follows ? video.requestVideoFrameCallback(look) : requestAnimationFrame(look);
  }

  function cancel() {
    if (follows) video.cancelVideoFrameCallback(request);
    else cancelAnimationFrame(request);
  }

  function close() {
    opening += 1;
    cancel();
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = null;
    video.srcObject = null;
    lit = null;
  }

  function fail(kind) {
    if (stopped) return;
    close();
    dismiss();
    tell(false);
    onError(kind);
  }

  async function open() {
    const mine = ++opening;
    const wanted = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };
    let got;
    try {
      got = await navigator.mediaDevices.getUserMedia({ audio: false, video: wanted });
    } catch (error) {
      if (mine === opening) fail(KINDS[error.name] || "unsupported");
      return;
    }
    if (mine !== opening || stopped) {
      for (const track of got.getTracks()) track.stop();
      return;
    }
    stream = got;
    const [track] = stream.getVideoTracks();
    track.onended = () => fail("none");
    lit = track.getCapabilities && track.getCapabilities().torch ? false : null;
    video.muted = true;
    video.playsInline = true;
    video.srcObject = stream;
    try {
      await video.play();
    } catch (error) {
      // another call of play or the page's end interrupted it; frames tell whether it runs
    }
    if (mine !== opening || stopped) return;
    if (!worker) hire();
    tell(true);
    next();
  }

  /** Nobody looks, so nobody is filmed. */
  function seen() {
    if (stopped) return;
    if (document.hidden) {
      close();
      tell(false);
    } else if (!stream) {
      open();
    }
  }

  function stop() {
    if (stopped) return;
    stopped = true;
    document.removeEventListener("visibilitychange", seen);
    removeEventListener("pagehide", stop);
    close();
    dismiss();
  }

  /** Switches the torch where there is one; answers whether it is lit. */
  stop.torch = async (on) => {
    if (!stream || lit === null) return false;
    const [track] = stream.getVideoTracks();
    try {
      await track.applyConstraints({ advanced: [{ torch: on }] });
      lit = on;
    } catch (error) {
      lit = null;
    }
    tell(true);
    return lit === true;
  };

  document.addEventListener("visibilitychange", seen);
  addEventListener("pagehide", stop);
  if (!window.isSecureContext) {
    setTimeout(fail, 0, "insecure");
  } else if (!navigator.mediaDevices || !window.Worker || !window.WebAssembly || !context) {
    setTimeout(fail, 0, "unsupported");
  } else if (!document.hidden) {
    open();
  }
  return stop;
}
