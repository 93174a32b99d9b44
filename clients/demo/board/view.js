/**
 * The board page as a pure function of what the room, the connection and this page know. Elements only; what they do is in `act`.
 *
 * @typedef {object} PageModel
 * @property {any} room @property {any} ui @property {any} who @property {any} link @property {any} stage
 * @property {any} history @property {any} work what became of one's own work (lost_work.js)
 * @property {any[]} here @property {Record<string, string>} names @property {boolean} narrow
 */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { calloutsView } from "./callouts.js";
import { settingsView, unsavedView } from "./drawers.js";
import { inspectorView } from "./inspector.js";
import { whyNot } from "./rights.js";
import { timelineView } from "./timeline_drawer.js";
import { toolbarView } from "./toolbar.js";
import { thingName } from "./words.js";

/** @param {PageModel} model */
export function boardView(model, act) {
  const { ui } = model;
  const drawer = ui.past ? (ui.drawer === "history" ? "history" : null) : ui.drawer;
  return h(
    "div",
    { class: "board", "data-past": ui.past !== null, "data-drawer": drawer },
    topBar(model, act),
    toolbarView(toolModel(model), act),
    h("main", { class: "stage", key: "stage", "data-lifted": drawer === "inspector" && liesLow(model) },
      h("board-stage", { key: "scene", ".model": model.stage, "onstage-resize": act.redraw }),
      ui.past ? pastBanner(model, act) : banner(model),
      ui.past ? null : calloutsView(callouts(model), act),
      isEmpty(model) ? emptyBoard(model, act) : null,
      ui.past || drawer === "inspector" ? null : selectionBar(model, act)),
    drawerView(drawer, model, act),
    h("share-dialog", { key: "share", ".model": shareModel(model), "onshare-close": act.closeShare, "onshare-copy": act.copyLink, "onshare-create": act.createLink,
      "onshare-revoke": act.revokeLink, "onshare-rotate": act.rotateLink, "onshare-read-only": act.setReadOnly, "onmember-role": act.setRole, "onmember-remove": act.removeMember }),
  );
}

function toolModel({ room, ui, who }) {
  const [undoable, redoable] = room.state.undo?.[who.me] ?? [0, 0];
  return { ui, who, undoable, redoable, inert: ui.past !== null || whyNot(who, {}) !== null };
}

function topBar(model, act) {
  const { room, ui, link, here, narrow } = model;
  const unsaved = room.unsaved.length;
  return h(
    "header",
    { class: "topbar", key: "topbar" },
    h("a", { class: "home", href: "/", "aria-label": "All boards", title: "All boards" }, h("img", { src: "/icon.svg", alt: "", width: 26, height: 26 })),
    h("div", { class: "title" }, h("h1", { class: "cut", title: room.name }, room.name), h("connection-pill", { ".model": link, "onretry-now": act.retryNow })),
    unsaved > 0
      ? h("button", { class: "button tiny unsaved", type: "button", key: "unsaved", "data-testid": "unsaved-button", "aria-label": `${unsaved} not saved`, onclick: () => act.drawer("unsaved") },
        narrow ? `${unsaved}!` : `${unsaved} not saved`)
      : null,
    h("presence-avatars", { key: "here", ".model": { here, shown: narrow ? 2 : 6 } }),
    narrow ? drawerButton("menu", "more", "More", unread(model), ui, act) : wideButtons(model, act),
  );
}

function unread({ room, ui }) {
  return ui.drawer === "chat" ? 0 : Math.max(0, room.membership.chat.length - ui.chatSeen);
}

function drawerButton(name, picture, label, badge, ui, act) {
  return h("button", { class: "button plain square badged", type: "button", key: name, "data-drawer": name, "aria-label": badge ? `${label}, ${badge} new` : label, title: label,
    "aria-expanded": String(ui.drawer === name), onclick: () => act.drawer(ui.drawer === name ? null : name) },
    icon(picture), badge ? h("span", { class: "badge", "aria-hidden": "true" }, badge) : null);
}

function wideButtons(model, act) {
  const { ui, who } = model;
  return [
    drawerButton("history", "history", "Timeline", 0, ui, act),
    drawerButton("chat", "chat", "Chat", unread(model), ui, act),
    drawerButton("settings", "settings", "Board settings", 0, ui, act),
    h("theme-switch", { key: "theme" }),
    h("button", { class: who.role === "owner" ? "button primary" : "button", type: "button", key: "share", "data-testid": "share", onclick: act.openShare }, icon("share"), who.role === "owner" ? "Share" : "People"),
  ];
}

/** On a phone: everything that the top bar has no room for. */
function menuView(model, act) {
  const { who } = model;
  const new_ = unread(model);
  const row = (name, picture, label, run) => h("li", { key: name }, h("button", { class: "button plain menu-row", type: "button", "data-drawer": name, onclick: run }, icon(picture), label));
  return h(
    "nav",
    { class: "panel menu", key: "menu", "aria-label": "More" },
    h("header", {}, h("h2", {}, "Board"), h("theme-switch", { key: "theme" }),
      h("button", { class: "button plain square", type: "button", "aria-label": "Close", onclick: () => act.drawer(null) }, icon("close"))),
    h("ul", { class: "scroll" },
      row("share", "share", who.role === "owner" ? "Share, people and links" : "People", act.openShareFromMenu),
      row("history", "history", "Timeline", () => act.drawer("history")),
      row("chat", "chat", new_ ? `Chat, ${new_} new` : "Chat", () => act.drawer("chat")),
      row("settings", "settings", "Board settings", () => act.drawer("settings"))),
  );
}

function drawerView(drawer, model, act) {
  const { room, ui, who, names, history, work } = model;
  switch (drawer) {
    case "menu": return menuView(model, act);
    case "inspector": return inspectorView({ records: selected(room, ui), who, names }, act);
    case "history": return timelineView({ history, names, find: work.find, shown: ui.past?.version ?? null, me: who.me }, act);
    case "chat": return h("chat-drawer", { class: "panel", key: "chat", ".model": { chat: room.membership.chat, names, me: who.me }, "ondrawer-close": () => act.drawer(null), "onchat-say": act.sayInChat });
    case "settings": return settingsView({ room, state: room.state, who }, act);
    case "unsaved": return unsavedView({ items: work.refused(), words: (item) => work.itemWords(item), conflicts: work.conflicts(), conflictWords: (one) => work.conflictWords(one) }, act);
    default: return null;
  }
}

function selected(room, ui) {
  return [...ui.selection].map((id) => [id, room.state.objects[id]]).filter(([, record]) => record);
}

/** Whether what is being edited would lie under a phone's sheet. */
function liesLow({ room, ui, stageOf }) {
  const lowest = Math.max(...selected(room, ui).map(([, { props }]) => stageOf.pixelOf(props.at)[1]));
  return lowest > stageOf.size.height * 0.42;
}

function callouts({ ui, work, names, stageOf, room }) {
  const pixelOf = (id, at) => {
    const place = at ?? room.state.objects[id]?.props.at;
    return place ? stageOf.pixelOf(place) : null;
  };
  return { conflicts: work.conflicts(), lost: ui.lost, refusal: ui.refusal, textAt: ui.textAt, names, pixelOf, size: stageOf.size,
    words: { conflict: (one) => work.conflictWords(one), lost: (one) => work.lostWords(one) } };
}

function isEmpty({ room, ui }) {
  return ui.past === null && !ui.draft && ui.tool === "select" && Object.keys(room.state.objects).length === 0;
}

function emptyBoard({ who }, act) {
  const why = whyNot(who, {});
  return h(
    "div",
    { class: "empty-board", key: "empty" },
    h("h2", {}, "An empty pitch"),
    why || who.role === "annotator"
      ? h("p", {}, why ?? "Draw an arrow, a zone or a note; players come from an editor.")
      : [h("p", {}, "Start with both teams in place, or pick a tool and draw."),
        h("button", { class: "button primary", type: "button", "data-testid": "line-ups", onclick: act.addLineUps }, icon("people"), "Add two line-ups")],
  );
}

/** A short line over the pitch when something about the whole board must be known. */
function banner({ who, names, ui }) {
  const why = whyNot(who, names);
  if (why) return h("p", { class: "banner", key: "banner", role: "status" }, icon(who.role === "viewer" ? "eye" : "lock"), why);
  const next = { line: "Drag to draw a line", arrow: "Drag to draw an arrow", zone: "Drag to draw a zone", text: "Press where the text goes", token: "Press where the player stands", ball: "Press where the ball lies" }[ui.tool];
  return next ? h("p", { class: "banner hint", key: "banner" }, next, ui.pen ? " · arrows move the pen, Enter draws" : null) : null;
}

function pastBanner({ ui, names, who }, act) {
  const { version, entry, problem, state } = ui.past;
  const when = entry ? new Date(entry.at).toLocaleString([], { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }) : "";
  return h(
    "div",
    { class: "past-banner", key: "past", role: "status", "data-testid": "past" },
    h("span", {}, h("b", {}, `Version ${version}`), entry ? ` · ${names[entry.by] ?? "Touchline"}, ${when}` : null, problem ? h("span", { class: "bad" }, ` · ${problem}`) : state ? null : " · loading"),
    whyNot(who, {}) === null && who.role !== "annotator"
      ? h("button", { class: "button tiny", type: "button", disabled: !state, onclick: act.restorePast }, "Restore this")
      : null,
    h("button", { class: "button primary tiny", type: "button", onclick: act.leavePast }, "Back to now"),
  );
}

/** What is selected, in one line over the pitch, with the acts one wants most. */
function selectionBar({ room, ui, who }, act) {
  const records = selected(room, ui);
  if (records.length === 0 || ui.drag || ui.textAt) return null;
  const name = records.length === 1 ? thingName(records[0][1]) : `${records.length} things`;
  return h(
    "div",
    { class: "selection-bar", key: "selection", "data-testid": "selection" },
    h("span", { class: "cut" }, name),
    h("button", { class: "button tiny", type: "button", onclick: () => act.drawer("inspector") }, "Edit"),
    whyNot(who, {}) === null ? h("button", { class: "button plain tiny danger", type: "button", "aria-label": `Delete ${name}`, onclick: act.deleteSelected }, icon("trash")) : null,
  );
}

function shareModel({ room, ui, who, here, link }) {
  return { open: ui.share.open, room: room.membership, me: who.me, role: who.role, online: new Set(here.map((person) => person.account)), links: ui.share.links,
    problem: ui.share.problem, copied: ui.share.copied, now: link.serverNow };
}
