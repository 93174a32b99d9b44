/** What every room has beside it: the chat, and the dialog of people and links. Pure. */
import { h } from "./view.js";

/** @param {any} model @param {any} act @param {string} thing what the room is called */
export function chatDrawer({ room, names, me }, act, thing) {
  return h("chat-drawer", {
    ...{ class: "panel", key: "chat" },
    ".model": { chat: room.membership.chat, names, me, thing },
    "onchat-say": act.sayInChat,
    "ondrawer-close": () => act.side(null),
  });
}

/** @param {any} model @param {any} act @param {string} thing @param {Record<string, string>} meaning what each role may do */
export function shareDialog({ room, ui, role, me, names, serverNow }, act, thing, meaning) {
  return h("share-dialog", {
    key: "share",
    ".model": {
      ...ui.share,
      ...{ room: { ...room.membership, names }, role, me, meaning, thing },
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
