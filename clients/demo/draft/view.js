/**
 * The draft page as a pure function of its state: on a desk the board and the pool beside queue,
 * roster and chat; on a phone one of them at a time, with the pool and its button under the thumb.
 */
import { icon } from "../parts/icons.js";
import { refusal } from "./bits.js";
import { shareDialog } from "../parts/room_sides.js";
import { h } from "../parts/view.js";
import { bidView, moneyTable } from "./bid_view.js";
import { gridView } from "./grid_view.js";
import { officeView } from "./office_view.js";
import { poolView } from "./pool_view.js";
import { queueView } from "./queue_view.js";
import { isAuction, picksUntil } from "./reading.js";
import { recapView } from "./recap_view.js";
import { teamView } from "./team_view.js";
import { autoNotice, clockBar, topBar } from "./top_view.js";
import { tvView } from "./tv_view.js";
import { waitingView } from "./waiting_view.js";

const MEANING = {
  owner: "the commissioner: everything, also people and links",
  editor: "manages a team",
  annotator: "looks on",
  viewer: "looks on",
};

export function draftView(model, act) {
  if (model.tv) return tvView(model, act);
  const { narrow, ui } = model;
  return h(
    "div",
    { class: narrow ? "draft phone" : "draft", key: "draft", "data-shows": narrow ? ui.tab : null },
    topBar(model, act),
    clockBar(model),
    h(
      "main",
      { class: "draft-main", key: "main" },
      autoNotice(model, act),
      bidView(model, act),
      narrow ? one(model, act) : h("div", { class: "desk", key: "desk" }, first(model, act), poolView(model, act)),
    ),
    narrow ? nav(model, act) : side(model, act),
    shareDialog(model, act, "draft", MEANING),
  );
}

/** What lies over the pool: the waiting room, then the board. */
function first(model, act) {
  return model.state.phase === "waiting" ? waitingView(model, act) : gridView(model, act);
}

const SIDES = [
  ["queue", "Queue"],
  ["team", "Rosters"],
  ["chat", "Chat"],
];

function sidePart(name, model, act) {
  switch (name) {
    case "team":
      return [isAuction(model.state) ? moneyTable(model) : null, teamView(model, act)];
    case "chat":
      return chat(model, act);
    case "office":
      return officeView(model, act);
    case "recap":
      return recapView(model, act);
    default:
      return queueView(model, act);
  }
}

function chat({ room, names, me, owner, ui, serverNow }, act) {
  const { chat: lines, members } = room.membership;
  const still = ([, until]) => until === null || serverNow() < until;
  const muted = Object.fromEntries(Object.entries(room.membership.muted ?? {}).filter(still));
  return [
    refusal(ui, "chat", act),
    h("draft-chat", {
      ...{ class: "panel chat-part", key: "chat" },
      ".model": { chat: lines, names, me, owner, members, muted },
      "onchat-say": act.sayInChat,
      "onchat-remove": act.removeFromChat,
      "onchat-mute": act.muteInChat,
    }),
  ];
}

/** Beside board and pool. */
function side(model, act) {
  const { ui } = model;
  return h(
    "aside",
    { class: "draft-side", key: "side", "aria-label": "Yours" },
    h(
      "div",
      { class: "tabs", role: "group", "aria-label": "Beside the board", "data-scrolls": true },
      SIDES.map(([name, words]) => tab(name, words, ui.side === name, () => act.side(name), unread(model, name))),
    ),
    sidePart(ui.side, model, act),
  );
}

function unread({ room, ui }, name) {
  if (name !== "chat" || ui.side === "chat") return 0;
  return Math.max(0, room.membership.chat.length - ui.chatSeen);
}

function tab(name, words, on, onclick, badge = 0) {
  return h(
    "button",
    {
      ...{ class: "button tiny", type: "button", key: name, onclick, "aria-pressed": String(on) },
      "aria-label": badge ? `${words}, ${badge} new` : null,
      "data-tab": name,
    },
    words,
    badge ? h("span", { class: "badge", "aria-hidden": "true" }, badge) : null,
  );
}

/** On a phone: one part at a time. */
function one(model, act) {
  const { ui } = model;
  if (ui.tab === "board") return first(model, act);
  if (ui.tab === "pool") return poolView(model, act);
  const name = ui.tab === "side" ? ui.side : ui.tab;
  return h("div", { class: "phone-side", key: name }, sidePart(name, model, act));
}

const NAV = [
  ["pool", "Players", "people"],
  ["board", "Board", "layers"],
  ["queue", "Queue", "next"],
  ["team", "Team", "teams"],
  ["chat", "Chat", "chat"],
];

function nav(model, act) {
  const { ui, state, mine } = model;
  const own = state.phase === "live" && picksUntil(state, mine) === 0;
  return h(
    "nav",
    { class: "draft-nav", key: "nav", "aria-label": "Parts of the draft" },
    NAV.map(([name, words, picture]) => {
      const badge = name === "pool" && own && ui.tab !== "pool" ? "!" : unread(model, name);
      const told = badge === "!" ? "it is your turn" : `${badge} new`;
      return h(
        "button",
        {
          ...{ type: "button", key: name, onclick: () => act.tab(name), "data-tab": name },
          "aria-current": ui.tab === name ? "true" : null,
          "aria-label": badge ? `${words}, ${told}` : words,
        },
        icon(picture),
        h("span", { class: "small" }, words),
        badge ? h("span", { class: "badge", "aria-hidden": "true" }, badge) : null,
      );
    }),
  );
}
