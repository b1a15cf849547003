// Keeps what a ticket needs when there is no network. FILES and SCREEN_FILES (a kiosk's) come first,
// from the server. It is plain JavaScript because the browser wakes it for every request and waits for
// its answer: there is no time to start a module first.
const SHELL = "linli-shell";
const TICKETS = "linli-tickets";
const TICKET = /^\/(me\/bookings|assignments)\/[0-9a-f-]+\/ticket$/;
// Pages that list tickets, and where those stand.
const LISTS = { "/me/bookings": "/me/bookings/", "/me/shifts": "/assignments/" };
// Whoever leaves or enters leaves no ticket behind on this device.
const ENDS = ["/sign-out", "/sign-in/code"];

// A kiosk's screens that are about nobody; the server says which answers may be kept.
const KIOSK = "linli-kiosk";
const PANEL = "/kiosk/panel.css";
// A network that does not answer by then is none (milliseconds).
const PATIENCE = 3000;

// Waits for so long.
function within(work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer")), PATIENCE);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

// An answer with all of its body: silence, a server in trouble and a body that stops are none. What
// is not waited for any more is ended, or it would hold a connection that the next page needs.
async function whole(request) {
  const control = new AbortController();
  try {
    const answer = await within(fetch(request, { signal: control.signal }));
    if (answer.status >= 500) throw new Error(`status ${answer.status}`);
    // A redirect is left to the browser.
    if (!answer.body) return answer;
    const reader = answer.body.getReader();
    const parts = [];
    for (;;) {
      const { done, value } = await within(reader.read());
      if (done) break;
      parts.push(value);
    }
    const { status, statusText, headers } = answer;
    return new Response(new Blob(parts), { status, statusText, headers });
  } catch (error) {
    control.abort();
    throw error;
  }
}

// A kept page says that it is kept. What was the text of a page stays as it was.
async function marked(page) {
  const text = (await page.text()).replace("<html ", "<html data-offline ");
  return new Response(text, { status: 200, headers: page.headers });
}

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    dropOldFiles()
      .then(() => self.clients.claim())
      .then(keepOpenTickets),
  );
});

async function dropOldFiles() {
  const screens = await caches.open(KIOSK);
  for (const request of await screens.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/pkg/") && !SCREEN_FILES.includes(pathname)) await screens.delete(request);
  }
  const cache = await caches.open(SHELL);
  for (const request of await cache.keys()) {
    if (!FILES.includes(new URL(request.url).pathname)) await cache.delete(request);
  }
}

// The page that brought the worker here was loaded before it.
async function keepOpenTickets() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const page of pages) {
    const path = new URL(page.url).pathname;
    if (TICKET.test(path)) await fetchTicket(path).catch(() => {});
    if (path in LISTS) await fetch(path).then((answer) => keepLive(answer, LISTS[path])).catch(() => {});
  }
}

async function fetchTicket(path, search = "") {
  const answer = await whole(new Request(path + search, { redirect: "manual" }));
  const cache = await caches.open(TICKETS);
  if (answer.ok) await cache.put(path, answer.clone());
  // Not theirs any more, or nobody is signed in. A server in trouble takes nothing away.
  else await cache.delete(path);
  return answer;
}

async function ticket(request) {
  const { pathname: path, search } = new URL(request.url);
  const cache = await caches.open(TICKETS);
  const kept = await cache.match(path);
  try {
    return await fetchTicket(path, search);
  } catch {
    // With nothing to show instead, the network may take its time and say what is wrong.
    return kept ? marked(kept) : fetch(request).catch(offline);
  }
}

// The tickets that are to come, as the page of one's bookings and that of one's shifts list them.
const LIVE = /<a [^>]*data-keep[^>]*>/g;
const MOST_KEPT = 20;

async function keepLive(answer, kind) {
  if (!answer.ok || answer.redirected) return;
  const links = (await answer.text()).match(LIVE) ?? [];
  const live = links.map((link) => /href="([^"]+)"/.exec(link)?.[1]).filter((path) => TICKET.test(path));
  const cache = await caches.open(TICKETS);
  for (const request of await cache.keys()) {
    const path = new URL(request.url).pathname;
    if (path.startsWith(kind) && !live.includes(path)) await cache.delete(request);
  }
  for (const path of live.slice(0, MOST_KEPT)) await fetchTicket(path).catch(() => {});
}

async function commitments(request, later, kind) {
  const cache = await caches.open(TICKETS);
  const hasKept = (await cache.keys()).length > 0;
  try {
    const answer = await (hasKept ? whole(request) : fetch(request));
    later(keepLive(answer.clone(), kind));
    return answer;
  } catch {
    return offline();
  }
}

async function offline() {
  const page = await caches.match("/offline");
  if (!page) return Response.error();
  const text = (await page.text()).replace('<div id="kept"></div>', await keptTickets());
  // A fresh answer: that of the cache may not be changed, its policy must stay.
  return new Response(text, { status: 503, headers: page.headers });
}

// What was the text of a page stays escaped as it was; tags are left out.
const inner = (page, pattern) => (pattern.exec(page)?.[1] ?? "").replace(/<[^>]*>/g, "").trim();

async function keptTickets() {
  const cache = await caches.open(TICKETS);
  let rows = "";
  for (const request of await cache.keys()) {
    const page = await (await cache.match(request)).text();
    const title = inner(page, /<h1[^>]*>(.*?)<\/h1>/s);
    const when = inner(page, /<p class="clock"[^>]*>(.*?)<\/p>/s);
    const path = new URL(request.url).pathname;
    rows += `<li><a class="row" href="${path}"><span class="row-text"><strong>${title}</strong><small>${when}</small></span></a></li>`;
  }
  return rows && `<ul class="row-list">${rows}</ul>`;
}

// The network first; what was kept where there is none.
async function screen(request, url) {
  let answer;
  try {
    answer = await whole(request);
  } catch {
    return keptScreen(url);
  }
  if (answer.headers.get("x-linli-keep") && !url.search) {
    const cache = await caches.open(KIOSK);
    await cache.put(url.pathname, answer.clone());
  } else if (answer.status === 401) {
    // No kiosk any more: nothing of it stays.
    await caches.delete(KIOSK);
  }
  return answer;
}

async function keptScreen(url) {
  const cache = await caches.open(KIOSK);
  const own = url.search ? undefined : await cache.match(url.pathname);
  const page = own ?? (await cache.match("/kiosk"));
  return page ? marked(page) : offline();
}

// Kept when a kiosk asks for them: no phone needs them.
async function screenFile(request, url) {
  const cache = await caches.open(KIOSK);
  const kept = await cache.match(url.pathname);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(url.pathname, answer.clone());
  return answer;
}

async function panel(request) {
  const cache = await caches.open(KIOSK);
  try {
    const answer = await within(fetch(request));
    if (answer.ok) await cache.put(PANEL, answer.clone());
    return answer;
  } catch {
    return (await cache.match(PANEL)) ?? Response.error();
  }
}

const isScreen = (path) => path === "/kiosk" || path.startsWith("/kiosk/");

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST") {
    if (ENDS.includes(url.pathname)) event.waitUntil(caches.delete(TICKETS));
    return;
  }
  if (request.method !== "GET") return;
  if (SCREEN_FILES.includes(url.pathname)) {
    event.respondWith(screenFile(request, url));
  } else if (url.pathname === PANEL) {
    event.respondWith(panel(request));
  } else if (request.mode === "navigate" && isScreen(url.pathname)) {
    event.respondWith(screen(request, url));
  } else if (request.mode === "navigate") {
    if (TICKET.test(url.pathname)) event.respondWith(ticket(request));
    else if (url.pathname in LISTS) {
      event.respondWith(commitments(request, (work) => event.waitUntil(work), LISTS[url.pathname]));
    }
    else event.respondWith(fetch(request).catch(offline));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(request, { ignoreVary: true }).then((kept) => kept ?? fetch(request)));
  }
});
