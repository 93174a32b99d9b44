/** What the page does when the game or the connection tells something: draw, announce, refuse. */
import { profileOf } from "./profiles/table.js";
import { reactionsIn, STANDS_MS, withCame } from "./reactions.js";
import { refusalWords } from "./words.js";
import { sayPutBack } from "../parts/put_back.js";

const SAID_MAX = 4;
const AWAY = new Set(["offline", "connecting", "closed"]);

/** @param {any} feed the OpenFeed @param {{opened: () => void}} on */
export function watchFeed(feed, { opened }) {
  const { room, touchline, ui, announcer } = feed;
  let wasLive = false;
  let ticking = 0;

  // The time as of which one sees the game goes on by itself.
  let going = 0;
  const clock = () => {
    feed.draw();
    if (feed.watching) return;
    clearInterval(going);
    going = 0;
  };

  room.on("change", () => {
    if (feed.watching && !going) going = setInterval(clock, 500);
    if (room.phase === "live" && !wasLive) {
      wasLive = true;
      opened();
    }
    if (room.ready) {
      if (ui.side === "chat") ui.chatSeen = room.membership.chat.length;
      const state = room.confirmed;
      const { scoreWords, gameWords } = profileOf(state);
      document.title = [scoreWords(state), gameWords(state), room.name, "Touchline"].filter(Boolean).join(" · ");
    }
    feed.draw();
  });

  room.on("entry", ({ entry }) => {
    const events = entry.events ?? [];
    // of a crowd not all members are here; who is somebody else from now on may need them
    if (room.membership.partial && events.some(({ type, member }) => type.startsWith("member.") && member === feed.me)) feed.startOver();
    const { entryWords, scoreWords } = profileOf(room.confirmed);
    const said = entryWords(events, room.confirmed, entry.by === feed.me);
    if (events.some(({ type }) => type === "game.status") && said.length) said.push(scoreWords(room.confirmed));
    if (said.length) announcer.say(said.slice(0, SAID_MAX).join(". "));
  });

  room.on("rejected", ({ code, detail, local }) => {
    // The share dialog tells its own.
    if (local?.anchor === "share" || code === "nothing_changes") return feed.draw();
    return feed.refuse(local?.anchor ?? "", refusalWords({ code, detail }));
  });

  let standing = 0;
  room.on("presence", (change) => {
    const counts = reactionsIn(change);
    if (counts) {
      ui.reactions = withCame(ui.reactions, counts, Date.now());
      clearTimeout(standing);
      standing = setTimeout(feed.draw, STANDS_MS);
    }
    feed.draw();
  });
  sayPutBack(room, announcer);
  room.on("reset", feed.draw);
  room.on("closed", ({ reason }) =>
    announcer.alert(reason === "removed" ? "You were removed from this game" : "This game is closed"),
  );

  touchline.on("status", () => {
    clearInterval(ticking);
    if (touchline.retryAt !== null) ticking = setInterval(feed.draw, 500);
    const away = AWAY.has(touchline.status);
    if (!away) ui.awaySince = null;
    else if (room.ready) ui.awaySince ??= Date.now();
    feed.draw();
  });
  touchline.on("problem", ({ code }) => announcer.toast(`The server refused a message (${code})`));
}
