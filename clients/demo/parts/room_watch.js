/** What every room's page does when the room or the connection tells something: draw, announce, refuse. */
import { sayPutBack } from "./put_back.js";

const AWAY = new Set(["offline", "connecting", "closed"]);

const saidAlready = ({ code }) => code === "nothing_changes";

/**
 * @param {any} open the OpenRoom
 * @param {{thing: string, title: () => (string | null)[], refusal: (rejected: any) => string, silent?: (rejected: any) => boolean, anchor?: string, reset?: () => void}} on
 *   what the room is called, what the tab is called before "Touchline", why something was refused,
 *   which refusals are not told, and where one is told that belongs nowhere
 */
export function watchRoom(open, { thing, title, refusal, silent = saidAlready, anchor = "", reset = () => {} }) {
  const { room, touchline, ui, announcer } = open;
  let wasLive = false;
  let ticking = 0;

  room.on("change", () => {
    if (room.phase === "live" && !wasLive) {
      wasLive = true;
      open.opened();
    }
    if (room.ready) {
      if (open.showsChat()) ui.chatSeen = room.membership.chat.length;
      document.title = [...title(), "Touchline"].filter(Boolean).join(" · ");
    }
    open.draw();
  });

  room.on("rejected", (rejected) => {
    const { local } = rejected;
    // The share dialog tells its own.
    if (local?.anchor === "share" || silent(rejected)) return open.draw();
    return open.refuse(local?.anchor ?? anchor, refusal(rejected));
  });

  room.on("presence", open.draw);
  sayPutBack(room, announcer);
  room.on("reset", () => {
    reset();
    open.draw();
  });
  room.on("closed", ({ reason }) =>
    announcer.alert(reason === "removed" ? `You were removed from this ${thing}` : `This ${thing} is closed`),
  );

  touchline.on("status", () => {
    clearInterval(ticking);
    if (touchline.retryAt !== null) ticking = setInterval(open.draw, 500);
    const away = AWAY.has(touchline.status);
    if (!away) ui.awaySince = null;
    else if (room.ready) ui.awaySince ??= Date.now();
    open.draw();
  });
  touchline.on("problem", ({ code }) => announcer.toast(`The server refused a message (${code})`));
}
