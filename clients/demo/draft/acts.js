/** What a person can do in a draft: look, pick, bid, keep lists, talk. The commissioner's acts are in office_acts.js. */
import { shareActs } from "../parts/share_acts.js";
import { downloadResults } from "./downloads.js";
import { droppedOn, moved, toggled } from "./lists.js";
import { heldIn } from "./reading.js";
import { everybody } from "./search.js";
import { rememberSound, SHOWN } from "./ui.js";

/** Players in one list (SPEC DR46). */
const RANKED_MAX = 500;
/** Parts that a desk has beside the board, and a phone as parts of their own. */
const SIDES = new Set(["queue", "team", "chat"]);
const PARTS = new Set(["board", "pool", "queue", "chat", "recap"]);

/** @param {any} draft the OpenDraft */
export function makeActs(draft) {
  const { room, ui, touchline, announcer, alerts } = draft;
  const change = (part) => draft.change(part);
  /** Refusals are told beside what they are about; nothing of a draft waits to be sent again unseen. */
  const send = (command, anchor) => {
    change({ refusal: null });
    return room.submit(command, { keep: false, local: { anchor } });
  };
  const turn = () => room.confirmed.turn?.version ?? 0;
  const lists = () => room.state.mine.lists;
  const setList = (name, ids, anchor = "queue") => send({ type: "lists.set", [name]: ids }, anchor);
  const look = (at) => room.presence("looking", { type: "looking", at });

  const act = {
    ask: (part) => change({ wanted: { ...ui.wanted, ...part }, shown: SHOWN }),
    askAll: () => change({ wanted: everybody(), shown: SHOWN }),
    showMore: () => change({ shown: ui.shown + SHOWN }),
    /** From the search box: Enter and the arrow go to the first that was found. */
    searchKey: (event) => {
      if (event.key !== "Enter" && event.key !== "ArrowDown") return;
      event.preventDefault();
      draft.page.querySelector(".players .player-open")?.focus();
    },
    /** In the list: the arrows from player to player, up from the first to the search box, Q for the queue. */
    poolKey: (event) => {
      const row = event.target.closest("[data-player]");
      if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
      const key = event.key.toLowerCase();
      const way = { arrowdown: "nextElementSibling", arrowup: "previousElementSibling" }[key];
      if (key === "q" && room.state.phase !== "ended") act.toggleQueue(row.dataset.player);
      if (!way) return;
      event.preventDefault();
      let next = row[way];
      while (next && !next.dataset.player) next = next[way];
      const box = key === "arrowup" ? draft.page.querySelector("input[type=search]") : null;
      (next?.querySelector(".player-open") ?? box)?.focus();
    },
    choose: (id) => change({ chosen: id === ui.chosen ? null : id, refusal: null, ...(id && ui.tab !== "pool" ? { tab: "pool" } : {}) }),
    dismiss: () => change({ refusal: null }),
    tab: (tab) => {
      change({ tab, refusal: null, ...(SIDES.has(tab) ? { side: tab } : {}) });
      if (tab === "chat") change({ chatSeen: room.membership.chat.length });
      look(tab === "team" ? "rosters" : PARTS.has(tab) ? tab : "board");
    },
    side: (side) => {
      const tab = SIDES.has(side) ? side : "side";
      change({ side, tab: draft.narrow.matches ? tab : ui.tab, refusal: null });
      if (side === "chat") change({ chatSeen: room.membership.chat.length });
      look(side === "team" ? "rosters" : PARTS.has(side) ? side : "board");
    },
    showTeam: (seat) => change({ team: seat, side: "team", ...(draft.narrow.matches ? { tab: "team" } : {}) }),
    openPick: (n, player) => change({ chosen: player, ...(draft.narrow.matches ? { tab: "pool" } : {}) }),
    setPrice: (price) => change({ price }),
    toggleSound: async () => {
      const on = !ui.sound;
      change({ sound: on });
      rememberSound(on);
      announcer.say(on ? "You are told when it is your turn" : "You are not told any more");
      if (on) await alerts.permit();
    },
    retryNow: () => touchline.retryNow(),

    // one's turn
    take: (player) => {
      if (draft.sending()) return;
      send({ type: "pick.make", turn: turn(), player }, "chosen");
      announcer.say("Your pick is on its way");
    },
    /** A double press in the list: only where it is one's own turn. */
    takeIfTurn: (player) => {
      const { turn: now, phase } = room.confirmed;
      if (phase !== "live" || now?.sort !== "pick" || now.seat !== draft.mine || heldIn(room.confirmed).has(player)) return;
      act.take(player);
    },
    nominate: (player, price) => {
      if (draft.sending()) return;
      send({ type: "lot.nominate", turn: turn(), player, price }, "chosen");
      change({ price: null });
    },
    bid: (price) => {
      if (!draft.sending()) send({ type: "bid.place", turn: turn(), price }, "bid");
    },
    proxy: (most) => send({ type: "proxy.set", turn: turn(), most }, "bid"),
    setAuto: (on) => send({ type: "auto.set", on }, "queue"),
    claim: (seat) => send({ type: "seat.claim", seat }, "seats"),
    nameTeam: (name) => {
      if (name.trim()) send({ type: "seat.name", name: name.trim() }, "team");
    },

    // lists that nobody else sees
    toggleList: (name, id) => setList(name, toggled(lists()[name], id), "chosen"),
    toggleQueue: (id) => setList("queue", toggled(lists().queue, id), ui.chosen === id ? "chosen" : "pool"),
    moveInQueue: (id, by) => setList("queue", moved(lists().queue, id, by)),
    rankAsShown: () => {
      const shown = draft.results().slice(0, RANKED_MAX).map(({ id }) => id);
      setList("ranking", shown);
      announcer.say(`Your ranking has ${shown.length} players`);
    },
    forgetRanking: () => setList("ranking", []),
    tidyQueue: () => setList("queue", lists().queue.filter((id) => !heldIn(room.state).has(id))),
    queueKey: (event, id) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (event.altKey && by) {
        event.preventDefault();
        act.moveInQueue(id, by);
        announcer.say(`Now ${lists().queue.indexOf(id) + 1} of ${lists().queue.length}`);
      } else if (by && event.target === event.currentTarget) {
        event.preventDefault();
        const row = event.currentTarget;
        (by < 0 ? row.previousElementSibling : row.nextElementSibling)?.focus();
      } else if (event.key === "Delete") act.toggleQueue(id);
    },
    // By pointer, so that a finger drags as a mouse does.
    grip: (event, id) => {
      event.preventDefault();
      event.currentTarget.setPointerCapture(event.pointerId);
      change({ drag: { id, over: null } });
    },
    gripMove: (event) => {
      if (!ui.drag) return;
      const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-queued]");
      const over = under?.dataset.queued ?? null;
      if (over !== ui.drag.over) change({ drag: { ...ui.drag, over } });
    },
    gripEnd: (event) => {
      const { id, over } = ui.drag ?? {};
      change({ drag: null });
      if (event.type === "pointerup" && over && over !== id) setList("queue", droppedOn(lists().queue, id, over));
    },

    exportAs: async (format) => {
      change({ refusal: null });
      try {
        await downloadResults(draft.roomId, room.name, format);
      } catch (error) {
        draft.refuse("export", error.message);
      }
    },
    removeFromChat: ({ detail }) => send({ type: "chat.remove", v: detail.v }, "chat"),
    /** `minutes`: 0 lifts it, null is until it is lifted. */
    muteInChat: ({ detail: { member, minutes } }) => {
      if (minutes === 0) return send({ type: "chat.unmute", member }, "chat");
      const until = minutes === null ? {} : { until: touchline.serverNow() + minutes * 60_000 };
      return send({ type: "chat.mute", member, ...until }, "chat");
    },
    sayInChat: ({ detail }) => room.submit({ type: "chat.say", text: detail.text }, { local: { anchor: "chat" } }),
    ...shareActs({ room, ui, change, announcer, touchline, roomId: draft.roomId }),
  };
  return act;
}
