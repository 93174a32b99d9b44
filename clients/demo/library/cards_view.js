/** The items as cards with a picture, and what shows where there are none. Pure. */
import { avatar } from "../parts/presence_avatars.js";
import { colourOf } from "../parts/people.js";
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { sportName } from "./ask_view.js";
import { cardPicture } from "./picture.js";
import { sortName } from "./words.js";

/** @param {import("./shelf_view.js").ShelfModel & {shown: import("./catalogue.js").Card[]}} model */
export function cardsView(model, act) {
  const { shown, ui } = model;
  if (shown.length === 0) return nothing(model, act);
  return [
    h(
      "ul",
      { class: "cards", key: "cards", "data-testid": "items" },
      shown.slice(0, ui.shown).map((card) => cardView(card, model, act)),
    ),
    shown.length > ui.shown
      ? h(
          "button",
          { class: "button", type: "button", key: "more", onclick: act.showMore },
          `Show more, ${shown.length - ui.shown} left`,
        )
      : null,
  ];
}

function cardView(card, model, act) {
  const { ui } = model;
  const { id, name } = card;
  const refused = ui.refusal?.id === id && ui.open !== id ? ui.refusal.text : null;
  const unsaved = model.unsaved.some(({ command }) => command.id === id);
  return h(
    "li",
    { key: id, class: "card", "data-item": id, "data-open": ui.open === id, "data-waiting": card.waiting },
    h(
      "button",
      {
        class: "card-open",
        type: "button",
        "aria-label": label(card),
        "aria-expanded": String(ui.open === id),
        onclick: () => act.open(id),
      },
      cardPicture(card),
      h("span", { class: "card-name cut" }, name),
      h("span", { class: "quiet small cut" }, about(card)),
      card.tags.length > 0
        ? h("span", { class: "quiet small cut" }, card.tags.map((tag) => `#${tag}`).join(" "))
        : null,
    ),
    lookers(id, model),
    h(
      "button",
      {
        class: "button tiny card-board",
        type: "button",
        "aria-label": `Open ${name} as a board`,
        disabled: ui.busy === "board",
        onclick: () => act.openBoard(card),
      },
      "Open a board",
    ),
    unsaved ? h("p", { class: "small bad" }, "Not saved") : null,
    refused ? h("p", { class: "notice bad-edge small", role: "alert" }, refused) : null,
  );
}

/** Who else has it open. */
function lookers(id, { room, member, names, me }) {
  if (!member) return null;
  const others = [...room.people.values()].filter(
    ({ account, values }) => account !== me && values.look?.item === id,
  );
  if (others.length === 0) return null;
  return h(
    "span",
    { class: "lookers" },
    others
      .slice(0, 3)
      .map(({ account, name }, key) =>
        avatar({ key, name, colour: colourOf(names, account), label: `${name} looks at it` }),
      ),
  );
}

function about(card) {
  return [
    sortName(card.sort),
    card.sport && sportName(card.sport),
    card.folder,
    card.waiting ? "on its way" : null,
  ]
    .filter(Boolean)
    .join(" · ");
}

function label(card) {
  const counted = [
    card.views === 1 ? "looked at once" : card.views ? `looked at ${card.views} times` : null,
    card.opens === 1 ? "opened once" : card.opens ? `opened ${card.opens} times` : null,
  ];
  return [card.name, about(card), card.tags.join(", "), ...counted].filter(Boolean).join(", ");
}

function nothing({ cards, ui, may, member }, act) {
  const none = cards.filter(({ archived }) => archived === ui.wanted.archived).length === 0;
  if (!none)
    return h(
      "div",
      { class: "empty", key: "nothing" },
      h("h2", {}, "Nothing like that here"),
      h("button", { class: "button", type: "button", onclick: act.askAll }, "Show everything"),
    );
  if (ui.wanted.archived)
    return h(
      "div",
      { class: "empty", key: "nothing" },
      h("h2", {}, "Nothing is archived"),
      h("button", { class: "button", type: "button", onclick: act.askAll }, "Show the others"),
    );
  return h(
    "div",
    { class: "empty", key: "nothing" },
    h("h2", {}, "Nothing here yet"),
    member && may("item.add")
      ? [
          h(
            "p",
            { class: "quiet" },
            "On a board, “Library” saves a side as a formation, a selection as a set piece, or the whole board. Or begin with what others have:",
          ),
          h(
            "p",
            { class: "row wrap" },
            h("a", { class: "button primary", href: "/library.html#room=built-in" }, icon("teams"), "Formations to copy"),
            h("a", { class: "button", href: "/" }, "Open a board"),
          ),
        ]
      : h("p", { class: "quiet" }, "When somebody puts something in, it shows here at once."),
  );
}
