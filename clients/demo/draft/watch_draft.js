/** What the page does when the draft or the connection tells something: draw, announce, sound, refuse. */
import { alertOf, lastSeconds } from "./alerts.js";
import { isMeant } from "./mentions.js";
import { picksUntil } from "./reading.js";
import { refusalWords } from "./refusal_words.js";
import { actWords, eventWords, turnWords, untilWords } from "./words.js";
import { sayPutBack } from "../parts/put_back.js";

const TICK_MS = 1_000;

/** @param {any} draft the OpenDraft @param {{opened: () => void}} on */
export function watchDraft(draft, { opened }) {
  const { room, touchline, ui, announcer, alerts } = draft;
  let wasLive = false;
  let ticking = 0;
  let before = null;
  let warned = 0;

  room.on("change", () => {
    if (room.phase === "live" && !wasLive) {
      wasLive = true;
      if (room.state.phase === "waiting") ui.tab = "board";
      opened();
    }
    if (room.ready) {
      const { mine } = draft;
      const state = room.confirmed;
      const what = alertOf(before, state, mine);
      if (what) {
        alerts.tell(what);
        if (what === "turn") announcer.alert(`${turnWords(state, mine)}.`);
      }
      if (state.phase === "ended" && before?.phase !== "ended") {
        draft.act.side("recap");
        // Also for a window that is made as narrow as a phone later.
        ui.tab = "side";
      }
      before = state;
      if (draft.showsChat()) ui.chatSeen = room.membership.chat.length;
      document.title = `${picksUntil(state, mine) === 0 && state.phase === "live" ? "Your turn · " : ""}${room.name} · Touchline`;
    }
    draft.draw();
  });

  room.on("entry", ({ entry }) => {
    const state = room.confirmed;
    // Who is one's own, or on the block, is not looked at any more.
    const got = (event) =>
      event.player === ui.chosen && (event.type === "turn.opened" || (event.type === "pick.made" && event.seat === draft.mine));
    if ((entry.events ?? []).some(got)) ui.chosen = null;
    const said = (entry.events ?? []).map((event) =>
      event.type === "office.acted"
        ? actWords({ ...event, by: entry.by }, state, draft.names)
        : eventWords(event, state, draft.mine),
    );
    const words = said.filter(Boolean);
    const mention = (entry.events ?? []).find(({ type, text }) => type === "chat.said" && isMeant(text, draft.names, draft.me));
    if (mention && entry.by !== draft.me) {
      alerts.tell("mention");
      announcer.alert(`${draft.names[entry.by] ?? "Somebody"} mentions you: ${mention.text}`);
    }
    // A pick and whose turn it is now, in one breath.
    if ((entry.events ?? []).some(({ type }) => type === "turn.opened") && state.turn) {
      words.push(turnWords(state, draft.mine));
      if (picksUntil(state, draft.mine) === 1) words.push(untilWords(state, draft.mine));
    }
    if (words.length) announcer.say(words.slice(0, 6).join(". "));
  });

  room.on("rejected", ({ code, detail, local }) => {
    // The share dialog tells its own.
    if (local?.anchor === "share" || (code === "nothing_changes" && local?.anchor !== "settings")) return draft.draw();
    const text = refusalWords({ code, detail }, room.state, draft.names, draft.mine);
    return draft.refuse(local?.anchor ?? "pool", text);
  });

  room.on("presence", draft.draw);
  sayPutBack(room, announcer);
  room.on("reset", draft.draw);
  room.on("closed", ({ reason }) =>
    announcer.alert(reason === "removed" ? "You were removed from this draft" : "This draft is closed"),
  );

  touchline.on("status", () => {
    clearInterval(ticking);
    if (touchline.retryAt !== null) ticking = setInterval(draft.draw, 500);
    draft.draw();
  });
  touchline.on("problem", ({ code }) => announcer.toast(`The server refused a message (${code})`));

  setInterval(() => {
    if (!room.ready) return;
    const { turn, phase } = room.confirmed;
    const now = touchline.serverNow();
    if (lastSeconds(room.confirmed, draft.mine, now)) alerts.tell("tick");
    const near = phase === "live" && turn?.seat === draft.mine && turn.sort !== "bid" && turn.deadline - now < 10_500;
    if (near && warned !== turn.version) {
      warned = turn.version;
      announcer.alert("Ten seconds left");
    }
  }, TICK_MS);
}
