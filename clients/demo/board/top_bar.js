/**
 * The top bar: name, connection, people, and the buttons of everything else; on a phone a menu. A
 * guest (`keep`: where an account is made) is told how boards are kept. Pure.
 */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";

export function topBar(model, act) {
  const { room, ui, link, here, narrow } = model;
  const unsaved = room.unsaved.length;
  return h(
    "header",
    { class: "topbar", key: "topbar" },
    h(
      "a",
      { class: "home", href: "/", "aria-label": "All boards", title: "All boards" },
      h("img", { src: "/icon.svg", alt: "", width: 26, height: 26 }),
    ),
    h(
      "div",
      { class: "title" },
      h("h1", { class: "cut", title: room.name }, room.name),
      h("connection-pill", { ".model": link, "onretry-now": act.retryNow }),
    ),
    unsaved > 0
      ? h(
          "button",
          {
            class: "button tiny unsaved",
            type: "button",
            key: "unsaved",
            "data-testid": "unsaved-button",
            "aria-label": `${unsaved} not saved`,
            onclick: () => act.drawer("unsaved"),
          },
          narrow ? `${unsaved}!` : `${unsaved} not saved`,
        )
      : null,
    h("presence-avatars", {
      key: "here",
      ".model": { here, shown: narrow ? 2 : 6, one: narrow, following: ui.following?.account },
      "onperson-press": (event) => act.pressPerson?.(event.detail),
      "onpeople-press": () => act.drawer(ui.drawer === "here" ? null : "here"),
    }),
    narrow ? drawerButton("menu", "more", "More", unread(model), ui, act) : wideButtons(model, act),
  );
}

function unread({ room, ui }) {
  return ui.drawer === "chat" ? 0 : Math.max(0, room.membership.chat.length - ui.chatSeen);
}

function drawerButton(name, picture, label, badge, ui, act) {
  return h(
    "button",
    {
      class: "button plain square badged",
      type: "button",
      key: name,
      "data-drawer": name,
      "aria-label": badge ? `${label}, ${badge} new` : label,
      title: label,
      "aria-expanded": String(ui.drawer === name),
      onclick: () => act.drawer(ui.drawer === name ? null : name),
    },
    icon(picture),
    badge ? h("span", { class: "badge", "aria-hidden": "true" }, badge) : null,
  );
}

function wideButtons(model, act) {
  const { ui, who, keep } = model;
  return [
    keep
      ? h(
          "a",
          {
            class: "button plain keep",
            key: "keep",
            href: keep,
            title: "Keep your boards: make an account",
          },
          "Keep your boards",
        )
      : null,
    drawerButton("teams", "teams", "Teams", 0, ui, act),
    drawerButton("layers", "layers", "Layers", 0, ui, act),
    drawerButton("history", "history", "Timeline", 0, ui, act),
    drawerButton("chat", "chat", "Chat", unread(model), ui, act),
    model.together?.buttons(model),
    drawerButton("shelf", "shelf", "Library", 0, ui, act),
    drawerButton("exchange", "download", "Export and import", 0, ui, act),
    drawerButton("settings", "settings", "Board settings", 0, ui, act),
    h("theme-switch", { key: "theme" }),
    h(
      "button",
      {
        class: who.role === "owner" ? "button share primary" : "button share",
        type: "button",
        key: "share",
        title: "Share, people and links",
        "data-testid": "share",
        onclick: act.openShare,
      },
      icon("share"),
      who.role === "owner" ? "Share" : "People",
    ),
  ];
}

/** On a phone: everything that the top bar has no room for. */
export function menuView(model, act) {
  const { who, keep } = model;
  const new_ = unread(model);
  const row = (name, picture, label, run) =>
    h(
      "li",
      { key: name },
      h(
        "button",
        { class: "button plain menu-row", type: "button", "data-drawer": name, onclick: run },
        icon(picture),
        label,
      ),
    );
  return h(
    "nav",
    { class: "panel menu", key: "menu", "aria-label": "More" },
    h(
      "header",
      {},
      h("h2", {}, "Board"),
      h("theme-switch", { key: "theme" }),
      h(
        "button",
        {
          class: "button plain square",
          type: "button",
          "aria-label": "Close",
          onclick: () => act.drawer(null),
        },
        icon("close"),
      ),
    ),
    h(
      "ul",
      { class: "scroll" },
      row(
        "share",
        "share",
        who.role === "owner" ? "Share, people and links" : "People",
        act.openShareFromMenu,
      ),
      row("teams", "teams", "Teams and benches", () => act.drawer("teams")),
      row("layers", "layers", "Layers", () => act.drawer("layers")),
      row("history", "history", "Timeline", () => act.drawer("history")),
      row("chat", "chat", new_ ? `Chat, ${new_} new` : "Chat", () => act.drawer("chat")),
      row("comments", "comment", "Comments", () => act.drawer("comments")),
      row("here", "people", "Who is here, follow, present", () => act.drawer("here")),
      row("shelf", "shelf", "Library and formations", () => act.drawer("shelf")),
      row("exchange", "download", "Export and import", () => act.drawer("exchange")),
      row("settings", "settings", "Board settings", () => act.drawer("settings")),
      keep
        ? h(
            "li",
            { key: "keep" },
            h(
              "a",
              { class: "button plain menu-row", href: keep },
              icon("people"),
              "Keep your boards: make an account",
            ),
          )
        : null,
    ),
  );
}
