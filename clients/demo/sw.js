/**
 * Keeps the pages' own files, so that they open without a connection (localhost and HTTPS; browsers allow no service worker elsewhere).
 * The network is asked first, so that a new server never meets an old page; what is kept answers when it does not. The API and the
 * WebSocket are never touched. FILES is checked by a test against what is in clients/.
 */
const CACHE = "touchline-shell-1";
const PATIENCE_MS = 2_500;
const FILES = [
  "/board.html",
  "/board/acts.js",
  "/board/callouts.js",
  "/board/commands.js",
  "/board/conflicts.js",
  "/board/controller.js",
  "/board/drawers.js",
  "/board/gestures.js",
  "/board/history.js",
  "/board/inspector.js",
  "/board/keys.js",
  "/board/kits.js",
  "/board/line_ups.js",
  "/board/lost_work.js",
  "/board/motion.js",
  "/board/open_board.js",
  "/board/own_presence.js",
  "/board/page.js",
  "/board/people_watch.js",
  "/board/pitch.js",
  "/board/projection.js",
  "/board/rights.js",
  "/board/scene.js",
  "/board/shapes.js",
  "/board/stage.js",
  "/board/strokes.js",
  "/board/timeline_drawer.js",
  "/board/toolbar.js",
  "/board/ui.js",
  "/board/view.js",
  "/board/watch_room.js",
  "/board/whole_page.js",
  "/board/words.js",
  "/icon.svg",
  "/index.html",
  "/js/backoff.js",
  "/js/client_ids.js",
  "/js/clock.js",
  "/js/codec_json.js",
  "/js/codec_msgpack.js",
  "/js/command_check.js",
  "/js/connection.js",
  "/js/courier.js",
  "/js/dispatcher.js",
  "/js/emitter.js",
  "/js/heartbeat.js",
  "/js/kinds/board.js",
  "/js/kinds/board_steps.js",
  "/js/kinds/membership.js",
  "/js/lease.js",
  "/js/limits.js",
  "/js/msgpack.js",
  "/js/outbox.js",
  "/js/pacer.js",
  "/js/page_life.js",
  "/js/prediction.js",
  "/js/presence.js",
  "/js/reconnect.js",
  "/js/replica.js",
  "/js/room.js",
  "/js/room_store.js",
  "/js/server_time.js",
  "/js/session.js",
  "/js/status.js",
  "/js/storage_indexeddb.js",
  "/js/storage_memory.js",
  "/js/token_keeper.js",
  "/js/touchline.js",
  "/js/types.js",
  "/js/unsaved.js",
  "/parts/announcer.js",
  "/parts/chat_drawer.js",
  "/parts/connection_pill.js",
  "/parts/icons.js",
  "/parts/identity.js",
  "/parts/offline_shell.js",
  "/parts/people.js",
  "/parts/presence_avatars.js",
  "/parts/recent.js",
  "/parts/server_address.js",
  "/parts/share_dialog.js",
  "/parts/theme_switch.js",
  "/parts/view.js",
  "/start/start.js",
  "/start/view.js",
  "/styles/base.css",
  "/styles/board.css",
  "/styles/scene.css",
  "/styles/shell.css",
  "/styles/start.css",
  "/styles/tokens.css",
];

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE)
      .then((cache) => cache.addAll(FILES.map((path) => new Request(path, { cache: "no-cache" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const path = url.pathname === "/" ? "/index.html" : url.pathname;
  if (FILES.includes(path)) event.respondWith(answer(request, path));
});

async function answer(request, path) {
  const cache = await caches.open(CACHE);
  const fromNetwork = fetch(request).then((response) => {
    if (response.ok && !response.redirected) cache.put(path, response.clone());
    return response;
  });
  // A network that neither answers nor fails (a tunnel) must not keep the page away.
  const tooLong = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS)).then(() => cache.match(path));
  const kept = () => cache.match(path).then((found) => found ?? Response.error());
  return Promise.race([fromNetwork, tooLong.then((found) => found ?? fromNetwork)]).catch(kept);
}
