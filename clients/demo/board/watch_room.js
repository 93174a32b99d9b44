/** What the page does when the room or the connection tells something: draw, announce, remember. */
import { doer } from "./history.js";
import { GHOST_MS } from "./lost_work.js";
import { refusalWords } from "./refusal_words.js";
import { commandWords, eventWords } from "./words.js";
import { sayPutBack } from "../parts/put_back.js";

const QUIET = new Set([
  "chat.said",
  "member.joined",
  "member.removed",
  "member.left_team",
  "room.read_only_set",
  "history.restored",
  "objects.deleted",
]);

/** Whether it is heard: what one would not find by looking at things one after another. */
const heard = (event) => QUIET.has(event.type) || (event.type === "playback.set" && event.playing);

export function watchRoom({
  room,
  touchline,
  ui,
  change,
  draw,
  watch,
  work,
  history,
  announcer,
  refuse,
  acts,
  stageOf,
  opened,
}) {
  let wasLive = false;
  let conflicts = 0;
  let ticking = 0;

  room.on("change", () => {
    if (room.ready) work.remember(room.confirmed.objects);
    if (room.phase === "live" && !wasLive) {
      wasLive = true;
      opened();
    }
    if (room.ready) document.title = `${room.name} · Touchline`;
    if (ui.drawer === "chat") ui.chatSeen = room.membership.chat.length;
    keepSelection();
    announceConflicts();
    draw();
    stageOf()?.schedule();
  });

  room.on("presence", (event) => {
    watch.take(event, performance.now());
    stageOf()?.schedule();
    if (event.key === undefined) draw();
  });

  room.on("entry", ({ entry, own }) => {
    history.take(entry);
    if (!own) announce(entry);
  });

  room.on("overrode", (event) => {
    work.overrode(event, performance.now());
    setTimeout(() => {
      change({ lost: ui.lost.filter((one) => one.until > performance.now()) });
      stageOf()?.schedule();
    }, GHOST_MS + 20);
  });

  room.on("rejected", ({ code, detail, command, kept }) => {
    const why = refusalWords({ code, detail }, room.membership?.names ?? {}, work.find);
    if (code === "conflict") return;
    const earlier =
      code === "changed_since" && detail?.earlier && command.type === "undo"
        ? { label: "Undo the step before", run: () => acts.undoOf(detail.earlier) }
        : null;
    const anchor = detail?.id ?? detail?.changes?.[0]?.id ?? null;
    const decide = kept ? { label: "Decide", run: () => acts.drawer("unsaved") } : null;
    refuse({
      anchor,
      text: kept ? `Could not ${commandWords(command, work.find)}. ${why}` : why,
      action: earlier ?? decide,
    });
  });

  room.on("closed", ({ reason }) =>
    announcer.alert(
      reason === "removed" ? "You were removed from this board" : "This board is closed",
    ),
  );
  sayPutBack(room, announcer);
  room.on("reset", draw);

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
  touchline.on("notice", ({ code }) =>
    announcer.say(
      {
        restarting: "The server restarts",
        stale: "What you see may be behind",
        degraded: "The server is slow",
        recovered: "All is well again",
      }[code] ?? "",
    ),
  );

  function keepSelection() {
    if (!room.ready || ui.past) return;
    const kept = [...ui.selection].filter((id) => room.state.objects[id]);
    if (kept.length !== ui.selection.size) ui.selection = new Set(kept);
  }

  function announceConflicts() {
    if (!room.ready) return;
    const open = work.conflicts();
    if (open.length > conflicts)
      announcer.alert(
        `${work.conflictWords(open.at(-1))} Choose mine, theirs${open.at(-1).positions ? " or between" : ""}.`,
      );
    conflicts = open.length;
  }

  function announce(entry) {
    const told = (entry.events ?? []).filter(heard);
    if (told.length === 0) return;
    const names = room.membership.names;
    const words = told.map((event) => eventWords(event, names, work.find)).join(", ");
    // Whoever has just come in is not among the names yet.
    const name = names[doer(entry)] ?? told.find(({ type }) => type === "member.joined")?.name;
    announcer.say(`${name ?? "Somebody"} ${words}`);
  }
}
