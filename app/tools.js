// Comforts that every page has and none needs: without this script the same forms load a page.
//
// - The tools of the header (language, larger text, contrast) change the page in place, so that
//   nothing that was typed, opened or scrolled to is lost.
// - A form with `data-live` searches while one types: the parts of the page with `data-part` are
//   renewed, the form itself is left alone.
//
// - What the browser keeps of somebody's page for the way back is shown to nobody: whoever comes back
//   is given the page anew, with the rights that are left.
//
// What was put into the page anew is announced by the event `linli:replaced`, so that its islands
// start (boot.js) and what moves on the staff's pages begins anew (crate `desk`).
//
// It stays plain JavaScript because most pages have no module at all, and it answers before one could:
// 1 kB (Brotli) at once, where the smallest module of ours is over 40 kB and its glue 7 kB.

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

addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
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

const page = document.documentElement;
if (!("kept" in page.dataset)) {
  // Out of sight before it is kept, so that nothing of it is seen before the new one is there.
  addEventListener("pagehide", () => (page.hidden = true));
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
    else page.hidden = false;
  });
}

// Tickets that are to come are kept for when there is no network.
if (document.querySelector("[data-keep]")) navigator.serviceWorker?.register("/sw.js").catch(() => {});
