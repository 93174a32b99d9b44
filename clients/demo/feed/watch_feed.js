/** What the page does when the game tells something of its own: the clock of an earlier moment, what is read out. */
import { watchRoom } from "../parts/room_watch.js";
import { profileOf } from "./profiles/table.js";
import { reactionsIn, STANDS_MS, withCame } from "./reactions.js";
import { refusalWords } from "./words.js";

const SAID_MAX = 4;

/** @param {any} feed the OpenFeed */
export function watchFeed(feed) {
  const { room, ui, announcer } = feed;

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

  let standing = 0;
  room.on("presence", (change) => {
    const counts = reactionsIn(change);
    if (!counts) return;
    ui.reactions = withCame(ui.reactions, counts, Date.now());
    clearTimeout(standing);
    standing = setTimeout(feed.draw, STANDS_MS);
  });

  watchRoom(feed, {
    thing: "game",
    title: () => {
      const { scoreWords, gameWords } = profileOf(room.confirmed);
      return [scoreWords(room.confirmed), gameWords(room.confirmed), room.name];
    },
    refusal: refusalWords,
  });
}
