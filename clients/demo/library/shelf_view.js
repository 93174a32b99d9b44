/**
 * The page of one library as a pure function of what the room, the connection and this page know.
 *
 * @typedef {object} ShelfModel
 * @property {any} ui @property {string} library @property {any} read set where it is read over HTTP
 * @property {Record<string, string>} names @property {string} name
 * @property {import("./catalogue.js").Card[]} cards
 * @property {string} me @property {string} role @property {string} reach @property {string | null} team
 * @property {boolean} member @property {boolean} guest @property {(type: string) => boolean} may
 * @property {any} room @property {any} link of the pill; null: there is none
 * @property {any[]} here @property {any[]} unsaved @property {Record<string, any>} deleted
 * @property {"latest" | "ask"} conflicts @property {number} now
 */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { askView, foundWords } from "./ask_view.js";
import { cardsView } from "./cards_view.js";
import { found } from "./catalogue.js";
import { itemView } from "./item_view.js";
import { noticesView } from "./notices_view.js";
import { deletedView, settingsView } from "./settings_view.js";
import { LIBRARY_ROLES, REACH } from "./words.js";

/** @param {ShelfModel} model */
export function shelfView(model, act) {
  const { ui, cards } = model;
  const shown = found(cards, ui.wanted);
  const card = cards.find(({ id }) => id === ui.open) ?? null;
  return h(
    "div",
    { class: "shelf", key: "shelf", "data-panel": ui.open !== null || ui.panel !== null },
    topBar(model, act),
    searchRow(model, act),
    askView(model, act),
    h(
      "main",
      { key: "main", "aria-label": "Items" },
      noticesView(model, act),
      h(
        "p",
        { class: "quiet small found", key: "found", role: "status" },
        foundWords(shown.length, cards, ui.wanted),
      ),
      cardsView({ ...model, shown }, act),
    ),
    panel(model, card, act),
    model.member ? shareDialog(model, act) : null,
  );
}

function panel(model, card, act) {
  const { ui } = model;
  if (ui.open !== null) return itemView(model, card, act);
  if (ui.panel === "settings") return settingsView(model, act);
  if (ui.panel === "deleted") return deletedView(model, act);
  return null;
}

function topBar({ name, reach, link, here, member, role, ui }, act) {
  return h(
    "header",
    { class: "topbar", key: "topbar" },
    h(
      "a",
      { class: "home", href: "/library.html", "aria-label": "All libraries", title: "All libraries" },
      icon("back"),
    ),
    h(
      "div",
      { class: "title" },
      h("h1", { class: "cut", title: name }, name),
      link ? h("connection-pill", { key: "pill", ".model": link, "onretry-now": act.retryNow }) : null,
      h("span", { class: "reach quiet small", key: "reach" }, REACH[reach]),
    ),
    h("presence-avatars", { key: "here", ".model": { here, shown: 3, still: true } }),
    h("theme-switch", { key: "theme" }),
    member ? panelButton("settings", "settings", "Library settings", ui, act) : null,
    member
      ? h(
          "button",
          {
            class: role === "owner" ? "button primary share" : "button share",
            type: "button",
            key: "share",
            "data-testid": "share",
            "aria-label": role === "owner" ? "Share" : "People",
            onclick: act.openShare,
          },
          icon(role === "owner" ? "share" : "people"),
          h("span", { class: "wide-only" }, role === "owner" ? "Share" : "People"),
        )
      : null,
  );
}

function panelButton(name, picture, label, ui, act) {
  return h(
    "button",
    {
      class: "button plain square",
      type: "button",
      key: name,
      "aria-label": label,
      title: label,
      "aria-expanded": String(ui.panel === name),
      onclick: () => act.panel(name),
    },
    icon(picture),
  );
}

function searchRow({ ui }, act) {
  return h(
    "div",
    { class: "search-row", key: "search", role: "search" },
    h("input", {
      class: "input",
      type: "search",
      name: "search",
      "aria-label": "Search this library",
      placeholder: "Search names, notes, folders, tags",
      autocomplete: "off",
      maxlength: 100,
      ".value": ui.wanted.text,
      oninput: (event) => act.ask({ text: event.target.value }),
    }),
    h(
      "button",
      {
        class: "button ask-toggle",
        type: "button",
        key: "toggle",
        "aria-expanded": String(ui.asking),
        "aria-controls": "ask",
        onclick: act.toggleAsking,
      },
      icon("settings"),
      "Filter",
    ),
  );
}

function shareDialog({ room, ui, me, role, now }, act) {
  const online = new Set([...room.people.values()].map(({ account }) => account));
  return h("share-dialog", {
    key: "share",
    ".model": {
      ...ui.share,
      ...{ room: room.membership, me, role, online, now },
      meaning: LIBRARY_ROLES,
      thing: "library",
    },
    "onshare-close": act.closeShare,
    "onshare-copy": act.copyRoomLink,
    "onshare-create": act.createLink,
    "onshare-revoke": act.revokeLink,
    "onshare-rotate": act.rotateLink,
    "onshare-read-only": act.setReadOnly,
    "onmember-role": act.setRole,
    "onmember-remove": act.removeMember,
  });
}
