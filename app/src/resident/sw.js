// Keeps what a ticket needs when there is no network. FILES and SCREEN_FILES (a kiosk's) come first,
// from the server. It is plain JavaScript because the browser wakes it for every request and waits for
// its answer: there is no time to start a module first.
const SHELL = "linli-shell";
const TICKETS = "linli-tickets";
const TICKET = /^\/me\/bookings\/[0-9a-f-]+\/ticket$/;
// Whoever leaves or enters leaves no ticket behind on this device.
const ENDS = ["/sign-out", "/sign-in/code"];

// A kiosk's screens that are about nobody; the server says which answers may be kept.
const KIOSK = "linli-kiosk";
const PANEL = "/kiosk/panel.css";
// A network that does not answer by then is none (milliseconds).
const PATIENCE = 8000;

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

// The ticket that brought the worker here was loaded before it.
async function keepOpenTickets() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const page of pages) {
    const path = new URL(page.url).pathname;
    if (TICKET.test(path)) await fetchTicket(new Request(path)).catch(() => {});
  }
}

async function fetchTicket(request) {
  const path = new URL(request.url).pathname;
  const answer = await fetch(request);
  const cache = await caches.open(TICKETS);
  if (answer.ok && !answer.redirected) await cache.put(path, answer.clone());
  // Not theirs any more, or nobody is signed in. A server in trouble takes nothing away.
  else if (answer.status < 500) await cache.delete(path);
  return answer;
}

async function ticket(request) {
  try {
    return await fetchTicket(request);
  } catch {
    const cache = await caches.open(TICKETS);
    return (await cache.match(new URL(request.url).pathname)) ?? offline();
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

const soon = (request) => {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("no answer")), PATIENCE));
  return Promise.race([fetch(request), late]);
};

// The network first; what was kept where there is none.
async function screen(request, url) {
  let answer;
  try {
    answer = await soon(request);
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
  if (!page) return offline();
  const text = (await page.text()).replace("<html ", "<html data-offline ");
  return new Response(text, { status: 200, headers: page.headers });
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
    const answer = await soon(request);
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
    event.respondWith(TICKET.test(url.pathname) ? ticket(request) : fetch(request).catch(offline));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(request, { ignoreVary: true }).then((kept) => kept ?? fetch(request)));
  }
});
