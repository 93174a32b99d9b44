/** What the page does when the library or the connection tells something: draw, announce, remember. */
import { propertyName, refusalWords, commandWords } from "./words.js";
import { sayPutBack } from "../parts/put_back.js";

const TOLD = new Set(["item.added", "item.deleted", "item.restored", "folder.renamed"]);
const LOST_MAX = 4;

/** @param {any} shelf the OpenShelf @param {{opened: () => void, notFound: () => void}} on */
export function watchShelf(shelf, { opened, notFound }) {
  const { room, touchline, ui, draw, announcer, act } = shelf;
  let wasLive = false;
  let ticking = 0;
  const nameOf = (id) =>
    room.state?.items[id]?.props.name ?? room.state?.deleted[id]?.name ?? "an item";

  room.on("change", () => {
    if (room.phase === "live" && !wasLive) {
      wasLive = true;
      opened();
    }
    act.bringRegretted();
    draw();
  });
  room.on("presence", draw);
  sayPutBack(room, announcer);
  room.on("reset", draw);

  room.on("entry", ({ entry, own }) => {
    act.versionCame(entry);
    if (own) return;
    for (const event of entry.events ?? []) {
      if (!TOLD.has(event.type)) continue;
      const who = shelf.names[entry.by] ?? "Somebody";
      announcer.say(`${who} ${words(event, nameOf)}`);
    }
  });

  room.on("rejected", ({ code, detail, command, kept }) => {
    const why = refusalWords({ code, detail }, shelf.names, nameOf);
    const said = kept ? `Could not ${commandWords(command, nameOf)}. ${why}` : why;
    shelf.refuse(room.state?.items[command.id] ? command.id : null, said);
  });

  room.on("overrode", ({ entry, changes }) => {
    const by = shelf.names[entry.by] ?? "Somebody";
    const gone = entry.events.some(({ type }) => type === "item.deleted");
    const lost = [...new Set(changes.map(({ id }) => id))].map((id) => {
      const mine = changes.filter((one) => one.id === id);
      const named = [...new Set(mine.map(({ property }) => propertyName(property)))].join(", ");
      const set = mine.filter(({ property }) => property !== "content");
      return {
        key: `${entry.v} ${id}`,
        ...{ id, gone, version: entry.v },
        text: gone
          ? `${by} deleted “${nameOf(id)}” after you changed it`
          : `${by} changed the ${named} of “${nameOf(id)}” after you`,
        set: Object.fromEntries(set.map(({ property, value }) => [property, value])),
      };
    });
    shelf.change({ lost: [...ui.lost, ...lost].slice(-LOST_MAX) });
    announcer.alert(lost.map(({ text }) => text).join(". "));
  });

  room.on("closed", ({ reason }) => {
    if (reason === "not_found" && !wasLive && !shelf.invite) return notFound();
    return announcer.alert(
      reason === "removed" ? "You were removed from this library" : "This library is closed",
    );
  });

  touchline.on("status", () => {
    clearInterval(ticking);
    if (touchline.retryAt !== null) ticking = setInterval(draw, 500);
    draw();
  });
  touchline.on("problem", ({ code }) =>
    announcer.toast(
      code.startsWith("storage")
        ? "This device cannot keep more unsent changes"
        : `The server refused a message (${code})`,
    ),
  );
}

function words(event, nameOf) {
  switch (event.type) {
    case "item.added":
      return `added “${event.props.name}”`;
    case "item.deleted":
      return `deleted “${nameOf(event.id)}”`;
    case "item.restored":
      return `brought “${nameOf(event.id)}” back`;
    default:
      return event.to === null
        ? `took everything out of the folder “${event.folder}”`
        : `renamed the folder “${event.folder}” to “${event.to}”`;
  }
}
