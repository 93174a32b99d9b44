/**
 * The player: a board and its phases, from a link, to look at. It stands in frames of other pages
 * too, and so it knows nobody, stores nothing and sends nothing but the link itself.
 */
import { stateOf } from "../board/exchange/document.js";
import { call } from "../parts/http.js";
import { frameScheduler, patch } from "../parts/view.js";
import { atTheStart, changed, endView, hasEnded, playerView, SPEEDS, toggled } from "./player.js";
import { timelineOf } from "/js/kinds/board_timeline.js";

const AGAIN_MS = 5_000;

const page = document.getElementById("page");
const address = new URLSearchParams(location.hash.slice(1));
const room = address.get("room") ?? "";
const invite = address.get("invite") ?? "";
const start = Number(address.get("at"));

let board = null;
let version = 0;
let play = { ...atTheStart(), at: Number.isFinite(start) && start > 0 ? start : 0 };

const now = () => performance.now();
const duration = () => timelineOf(board.state.objects).duration;
const draw = frameScheduler(() => {
  if (!board) return;
  if (hasEnded(play, now(), duration())) play = { ...play, at: duration(), since: null };
  const size = [Math.max(1, page.clientWidth), Math.max(1, page.clientHeight - 60)];
  patch(page, playerView({ ...board, play, now: now(), size }, act));
  if (play.since !== null) draw();
});

function change(next) {
  play = next;
  draw();
}

const act = {
  toggle: () => change(toggled(play, now(), duration())),
  seek: (at) => change(changed(play, { at }, now(), duration())),
  loop: () => change(changed(play, { loop: !play.loop }, now(), duration())),
  faster: () => {
    const speed = SPEEDS[(SPEEDS.indexOf(play.speed) + 1) % SPEEDS.length];
    change(changed(play, { speed }, now(), duration()));
  },
  full: document.fullscreenEnabled
    ? () =>
        document.fullscreenElement
          ? document.exitFullscreen()
          : document.documentElement.requestFullscreen()
    : null,
};

/** Asks for the board; what was drawn before stays until there is something newer. */
async function load() {
  try {
    const shared = await call("POST", `/rooms/${room}/shared`, {
      invite,
      version: board ? version : null,
    });
    if (shared.document === null) return;
    version = shared.version;
    board = { name: shared.document.name, state: stateOf(shared.document) };
    document.title = `${board.name} · Touchline`;
    draw();
  } catch (error) {
    const gone = error.status === 404 || error.status === 422;
    if (gone) {
      board = null;
      patch(page, endView("gone"));
      return;
    }
    if (!board) patch(page, endView("away"));
    setTimeout(load, AGAIN_MS);
  }
}

function onKey(event) {
  if (!board || event.target.closest?.("input, button") || event.ctrlKey || event.metaKey) return;
  if (event.key === " " || event.key === "k") act.toggle();
  else if (event.key === "Home") act.seek(0);
  else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    const step = event.key === "ArrowRight" ? 500 : -500;
    const to = changed(play, {}, now(), duration()).at + step;
    act.seek(Math.min(duration(), Math.max(0, to)));
  } else return;
  event.preventDefault();
}

addEventListener("resize", draw);
addEventListener("keydown", onKey);
addEventListener("hashchange", () => location.reload());
// Somebody looks again: there may be something new.
document.addEventListener("visibilitychange", () => !document.hidden && board && load());
if (!/^r_[\w-]{22}$/u.test(room) || !invite) patch(page, endView("bad-link"));
else {
  patch(page, endView("loading"));
  load();
}
