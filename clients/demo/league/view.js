/**
 * The league page as a pure function of its state: the week with its matchups, or one matchup; beside
 * them (on a phone over them) the delay and the chat.
 */
import { delayView } from "../feed/delay_view.js";
import { topBar } from "../feed/top_view.js";
import { h } from "../parts/view.js";
import { lineUpView } from "./line_up_view.js";
import { matchupView } from "./matchup_view.js";
import { notices, weekBar } from "./top_view.js";
import { weekView } from "./week_view.js";

const MEANING = {
  owner: "the commissioner: everything, also people and links",
  editor: "manages the own teams",
  annotator: "looks",
  viewer: "looks",
};

export function leagueView(model, act) {
  const { narrow, ui } = model;
  return h(
    "div",
    { class: narrow ? "league phone" : "league", key: "league", "data-side": ui.side },
    topBar(model, act),
    weekBar(model, act),
    h("main", { class: "league-main", key: "main", tabindex: -1 }, notices(model), content(model, act)),
    side(model, act),
    dialog(model, act),
  );
}

function content(model, act) {
  if (model.ui.editing !== null) return lineUpView(model, act);
  return model.ui.matchup === null ? weekView(model, act) : matchupView(model, act);
}

function side(model, act) {
  const { room, names, me, ui } = model;
  if (ui.side === "delay") return h("aside", { class: "league-side", key: "side", "aria-label": "Delay" }, delayView(model, act));
  if (ui.side !== "chat") return null;
  return h(
    "aside",
    { class: "league-side", key: "side", "aria-label": "Chat" },
    h("chat-drawer", {
      ...{ class: "panel", key: "chat" },
      ".model": { chat: room.membership.chat, names, me, thing: "league" },
      "onchat-say": act.sayInChat,
      "ondrawer-close": () => act.side(null),
    }),
  );
}

function dialog({ room, ui, role, me, names, serverNow }, act) {
  return h("share-dialog", {
    key: "share",
    ".model": {
      ...ui.share,
      ...{ room: { ...room.membership, names }, role, me, meaning: MEANING, thing: "league" },
      online: new Set([...room.people.values()].map(({ account }) => account)),
      now: serverNow(),
    },
    "onshare-close": act.closeShare,
    "onshare-copy": act.copyLink,
    "onshare-create": act.createLink,
    "onshare-revoke": act.revokeLink,
    "onshare-rotate": act.rotateLink,
    "onshare-read-only": act.setReadOnly,
    "onmember-role": act.setRole,
    "onmember-remove": act.removeMember,
  });
}
