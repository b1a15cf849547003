// Keeps what a ticket needs when there is no network. FILES comes first, from the server.
const SHELL = "linli-shell";
const TICKETS = "linli-tickets";
const TICKET = /^\/me\/bookings\/[0-9a-f-]+\/ticket$/;
// Whoever leaves or enters leaves no ticket behind on this device.
const ENDS = ["/sign-out", "/sign-in/code"];

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

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST") {
    if (ENDS.includes(url.pathname)) event.waitUntil(caches.delete(TICKETS));
    return;
  }
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(TICKET.test(url.pathname) ? ticket(request) : fetch(request).catch(offline));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(request, { ignoreVary: true }).then((kept) => kept ?? fetch(request)));
  }
});
