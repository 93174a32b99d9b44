/**
 * The game page as a pure function of its state: score, field and plays; beside them (on a phone over
 * them) the delay and the chat.
 */
import { h } from "../parts/view.js";
import { delayView } from "./delay_view.js";
import { profileOf } from "./profiles/table.js";
import { reactionsView } from "./reactions.js";
import { notices, topBar } from "./top_view.js";
import { watchView } from "./watch_view.js";

const MEANING = {
  owner: "everything, also people and links",
  editor: "reports plays",
  annotator: "follows",
  viewer: "follows",
};

export function feedView(model, act) {
  const { narrow, ui } = model;
  const profile = profileOf(model.state);
  return h(
    "div",
    { class: narrow ? "feed phone" : "feed", key: "feed", "data-side": ui.side },
    topBar(model, act),
    profile.bug(model, act),
    h(
      "main",
      { class: "feed-main", key: "main", tabindex: -1 },
      notices(model),
      profile.ground(model),
      reactionsView(model, act),
      profile.happened(model, act),
    ),
    side(model, act),
    dialog(model, act),
  );
}

function side(model, act) {
  const { room, names, me, ui } = model;
  if (ui.side === "delay") return h("aside", { class: "feed-side", key: "side", "aria-label": "Delay" }, delayView(model, act, watchView(model, act)));
  if (ui.side !== "chat") return null;
  return h(
    "aside",
    { class: "feed-side", key: "side", "aria-label": "Chat" },
    h("chat-drawer", {
      ...{ class: "panel", key: "chat" },
      ".model": { chat: room.membership.chat, names, me, thing: "game" },
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
      ...{ room: { ...room.membership, names }, role, me, meaning: MEANING, thing: "game" },
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
