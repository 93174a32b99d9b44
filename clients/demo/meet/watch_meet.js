/** What the page does when the meet or the connection tells something: draw, announce, refuse. */
import { entryWords, refusalWords } from "./words.js";
import { sayPutBack } from "../parts/put_back.js";

const AWAY = new Set(["offline", "connecting", "closed"]);

/** @param {any} meet the OpenMeet @param {{opened: () => void}} on */
export function watchMeet(meet, { opened }) {
  const { room, touchline, ui, announcer } = meet;
  let wasLive = false;
  let ticking = 0;

  room.on("change", () => {
    if (room.phase === "live" && !wasLive) {
      wasLive = true;
      opened();
    }
    if (room.ready) {
      if (ui.side === "chat") ui.chatSeen = room.membership.chat.length;
      document.title = `${room.confirmed.meet.name} · Touchline`;
    }
    meet.draw();
  });
  room.on("entry", ({ entry }) => {
    const said = entryWords(entry.events ?? [], room.confirmed);
    if (said.length) announcer.say(said.join(". "));
  });
  room.on("rejected", ({ code, detail, local }) => {
    if (local?.anchor === "share" || code === "nothing_changes") return meet.draw();
    return meet.refuse(local?.anchor ?? "", refusalWords({ code, detail }));
  });
  room.on("presence", meet.draw);
  sayPutBack(room, announcer);
  room.on("reset", meet.draw);
  room.on("closed", ({ reason }) =>
    announcer.alert(reason === "removed" ? "You were removed from this meet" : "This meet is closed"),
  );
  touchline.on("status", () => {
    clearInterval(ticking);
    if (touchline.retryAt !== null) ticking = setInterval(meet.draw, 500);
    const away = AWAY.has(touchline.status);
    if (!away) ui.awaySince = null;
    else if (room.ready) ui.awaySince ??= Date.now();
    meet.draw();
  });
  touchline.on("problem", ({ code }) => announcer.toast(`The server refused a message (${code})`));
}
