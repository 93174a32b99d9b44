/** What the page does when the meet tells something of its own: what is read out. */
import { watchRoom } from "../parts/room_watch.js";
import { entryWords, refusalWords } from "./words.js";

/** @param {any} meet the OpenMeet */
export function watchMeet(meet) {
  const { room, announcer } = meet;

  room.on("entry", ({ entry }) => {
    const said = entryWords(entry.events ?? [], room.confirmed);
    if (said.length) announcer.say(said.join(". "));
  });

  watchRoom(meet, { thing: "meet", title: () => [room.confirmed.meet.name], refusal: refusalWords });
}
