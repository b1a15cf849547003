// Comforts that every page has and none needs: without this script the same forms load a page.
//
// - The tools of the header (language, larger text, contrast) change the page in place, so that
//   nothing that was typed, opened or scrolled to is lost.
// - A form with `data-live` searches while one types: the parts of the page with `data-part` are
//   renewed, the form itself is left alone.
//
// - A form with `data-in-place` is sent without leaving the page: a camera goes on looking. The parts
//   of the page with `data-part` are renewed by the answer.
// - The camera of the check-in page (`.door-camera`) sends the form with what it reads.
//
// What was put into the page anew is announced by the event `linli:replaced`, so that its islands
// start (boot.js) and those that went can let go (islands/roster.rs).

const announce = (part) => dispatchEvent(new CustomEvent("linli:replaced", { detail: part }));

async function load(url, options) {
  const answer = await fetch(url, { credentials: "same-origin", ...options });
  if (!(answer.headers.get("content-type") || "").startsWith("text/html")) throw new Error("no page");
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// Fields are told apart by the address of their form, their name and which of several they are.
function* fields(root) {
  const seen = new Map();
  for (const field of root.querySelectorAll("main input, main select, main textarea")) {
    const key = `${field.form?.getAttribute("action")}|${field.name || field.id}`;
    const nth = seen.get(key) || 0;
    seen.set(key, nth + 1);
    if (field.type !== "hidden" && field.type !== "file") yield [`${key}|${nth}`, field];
  }
}

function replacePage(next) {
  const typed = new Map([...fields(document)].map(([key, field]) => [key, field]));
  const opened = [...document.querySelectorAll("main details")].map((details) => details.open);
  const at = [scrollX, scrollY];
  document.title = next.title;
  for (const name of ["lang", "data-mode", "data-face"]) {
    const value = next.documentElement.getAttribute(name);
    if (value !== null) document.documentElement.setAttribute(name, value);
  }
  document.body.replaceChildren(...next.body.childNodes);
  for (const [key, field] of fields(document)) {
    const old = typed.get(key);
    if (!old || old.type !== field.type) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      if (old.value === field.value) field.checked = old.checked;
    } else {
      field.value = old.value;
    }
  }
  document.querySelectorAll("main details").forEach((details, nth) => {
    if (nth in opened) details.open = opened[nth];
  });
  scrollTo(...at);
  announce(document.body);
}

async function changeInPlace(form, button) {
  const body = new URLSearchParams(new FormData(form));
  body.append(button.name, button.value);
  const nth = [...form.querySelectorAll("button")].indexOf(button);
  replacePage(await load(form.action, { method: "POST", body }));
  document.querySelector("form.site-tools")?.querySelectorAll("button")[nth]?.focus({ preventScroll: true });
}

function renewParts(next) {
  for (const part of document.querySelectorAll("[data-part]")) {
    const found = next.getElementById(part.id);
    part.replaceChildren(...(found ? found.childNodes : []));
    announce(part);
  }
  document.title = next.title;
}

let underway = 0;
let last = Promise.resolve();

// By a page load, where the answer could not be had otherwise; the scan's own number makes it one.
function sendPlainly(action, body) {
  const form = Object.assign(document.createElement("form"), { method: "post", action });
  for (const [name, value] of body) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
}

function sendInPlace(form, button) {
  const { action } = form;
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.append(button.name, button.value);
  // A scan that comes before the answer to the last one waits for it; the page's number is taken.
  if (underway) body.delete("id");
  underway += 1;
  // At once: a scanner may be typing the next code when the answer comes.
  form.reset();
  last = last
    .then(() => load(action, { method: "POST", body }))
    .then(renewParts)
    .catch(() => sendPlainly(action, body))
    .finally(() => (underway -= 1));
}

addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (form.hasAttribute("data-in-place")) {
    event.preventDefault();
    sendInPlace(form, submitter);
    return;
  }
  // An old browser does not say which button it was.
  if (!submitter || form.getAttribute("action") !== "/preferences" || !form.matches(".site-tools")) return;
  event.preventDefault();
  changeInPlace(form, submitter).catch(() => location.reload());
});

let waiting = 0;
let asking = new AbortController();

async function search(form) {
  asking.abort();
  asking = new AbortController();
  const url = `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;
  const next = await load(url, { signal: asking.signal });
  renewParts(next);
  history.replaceState(history.state, "", url);
}

const typing = (event) => {
  const form = event.target.form;
  if (!form?.hasAttribute("data-live") || event.isComposing) return;
  clearTimeout(waiting);
  // A search that fails leaves the page as it is; the button still does it.
  waiting = setTimeout(() => search(form).catch(() => {}), 200);
};
addEventListener("input", typing);
addEventListener("compositionend", typing);

/** The same code again so soon is the one that is still in view (C-102; `scan::Repeat`). */
const SAME = 2500;

function doorCamera(figure) {
  const [video, told, button, torch] = figure.querySelectorAll("video, figcaption, button");
  const { camera, worker, wasm, looking, several, stop } = figure.dataset;
  const open = button.textContent;
  const answered = new Map();
  let end = null;
  const show = (running, text, lit = null) => {
    video.hidden = !running;
    torch.hidden = lit === null;
    torch.setAttribute("aria-pressed", String(lit === true));
    figure.toggleAttribute("data-runs", running);
    button.textContent = running ? stop : open;
    told.textContent = text;
  };
  const onText = (texts) => {
    // One code is one scan (C-103); which of two is meant is not guessed.
    if (texts.length > 1) told.textContent = several;
    const field = document.getElementById("code");
    const now = performance.now();
    if (texts.length !== 1 || !field || underway || now - answered.get(texts[0]) < SAME) return;
    answered.set(texts[0], now);
    told.textContent = looking;
    field.value = texts[0];
    if (field.form.requestSubmit) field.form.requestSubmit();
    else field.form.submit();
  };
  button.addEventListener("click", async () => {
    if (end) {
      end();
      end = null;
      show(false, "");
      return;
    }
    const failed = (kind) => {
      end = null;
      show(false, figure.dataset[kind] || figure.dataset.failed);
    };
    try {
      const { start } = await import(camera);
      end = start(video, {
        workerUrl: worker,
        wasmUrl: wasm,
        onText,
        onError: failed,
        onState: ({ running, torch: lit }) => show(running, running ? looking : "", lit),
      });
    } catch {
      failed("failed");
    }
  });
  torch.addEventListener("click", () => end?.torch(torch.getAttribute("aria-pressed") !== "true"));
  figure.hidden = false;
}

const cameras = (root) => root.querySelectorAll(".door-camera[hidden]").forEach(doorCamera);
cameras(document);
addEventListener("linli:replaced", (event) => cameras(event.detail));
