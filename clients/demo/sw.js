/**
 * Keeps the pages' own files, so that they open without a connection (localhost and HTTPS; browsers
 * allow no service worker elsewhere). The network is asked first, so that a new server never meets
 * an old page; what is kept answers when it does not. The API and the WebSocket are never touched.
 * Which files there are is found by following the pages' links and imports: no list to keep in
 * step.
 */
const CACHE = "touchline-shell-10";
const PAGES = [
  "/index.html",
  "/board.html",
  "/library.html",
  "/draft.html",
  "/feed.html",
  "/league.html",
  "/explore.html",
  "/meet.html",
  "/account.html",
  "/keys.html",
  "/team.html",
  "/sign-in.html",
  "/sign-up.html",
];
const PATIENCE_MS = 2_500;
const LINKED = /(?:src|href)="(\/[^"]+\.(?:js|css|svg))"/g;
/** Also what is fetched later, by `import("…")`. */
const IMPORTED = /(?:from|import)\s*\(?\s*["']([^"']+\.js)["']/g;
const OURS = /^\/(?:[\w/-]+\.(?:html|js|css|svg))?$/;

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = caches
    .keys()
    .then((names) =>
      Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))),
    );
  event.waitUntil(old.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || !OURS.test(url.pathname))
    return;
  event.respondWith(answer(request, url.pathname === "/" ? "/index.html" : url.pathname));
});

/** Fetches the pages and whatever they need, each file once. */
async function keepShell() {
  const cache = await caches.open(CACHE);
  const asked = new Set();
  const keep = async (path) => {
    if (asked.has(path)) return;
    asked.add(path);
    const response = await fetch(path, { cache: "no-cache" });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    await cache.put(path, response.clone());
    await Promise.all(neededBy(path, await response.text()).map(keep));
  };
  await Promise.all(PAGES.map(keep));
}

function neededBy(path, text) {
  const pattern = path.endsWith(".html") ? LINKED : path.endsWith(".js") ? IMPORTED : null;
  if (pattern === null) return [];
  return [...text.matchAll(pattern)].map(
    ([, name]) => new URL(name, new URL(path, self.location.origin)).pathname,
  );
}

async function answer(request, path) {
  const cache = await caches.open(CACHE);
  const fromNetwork = fetch(request).then((response) => {
    if (response.ok && !response.redirected) cache.put(path, response.clone());
    return response;
  });
  // A network that neither answers nor fails (a tunnel) must not keep the page away.
  const tooLong = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS)).then(() =>
    cache.match(path),
  );
  const kept = () => cache.match(path).then((found) => found ?? Response.error());
  return Promise.race([fromNetwork, tooLong.then((found) => found ?? fromNetwork)]).catch(kept);
}
