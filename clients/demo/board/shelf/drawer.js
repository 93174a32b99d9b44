/** Drawer “Library” of a board: formations to put on a side, things to put on the board, and keeping some. Pure. */
import { found, everything } from "../../library/catalogue.js";
import { cardPicture } from "../../library/picture.js";
import { sortName } from "../../library/words.js";
import { icon } from "../../parts/icons.js";
import { radioGroup } from "../../parts/radios.js";
import { h } from "../../parts/view.js";
import { drawerFrame } from "../marks/drawer_frame.js";
import { WHATS } from "./kept.js";

const ROWS_MAX = 40;

/**
 * @param {{shelf: import("./shelf.js").ShelfState, cards: any[], loading: boolean, sport: string, may:
 *   boolean, nobody: boolean, selected: number, into: any[]}} model
 */
export function shelfDrawer(model, act) {
  return drawerFrame(
    "shelf",
    "Library",
    act,
    parts(model, act),
    model.shelf.part === "keep" ? keepView(model, act) : useView(model, act),
  );
}

function parts({ shelf }, act) {
  return h(
    "div",
    { class: "choices halves", role: "group", "aria-label": "Take or save", key: "parts" },
    [
      ["use", "From a library"],
      ["keep", "Into a library"],
    ].map(([part, label]) =>
      h(
        "button",
        {
          class: "button",
          type: "button",
          key: part,
          "aria-pressed": String(shelf.part === part),
          onclick: () => act.shelf({ part }),
        },
        label,
      ),
    ),
  );
}

function useView(model, act) {
  return [
    h(
      "section",
      { class: "stack", key: "use", "aria-labelledby": "shelf-use" },
      h("h3", { id: "shelf-use" }, "Put a formation on a side"),
      sides(model, act),
      options(model, act),
      chooser(model, act),
      model.shelf.missed
        ? h("p", { class: "notice bad-edge", key: "missed", role: "alert" }, model.shelf.missed)
        : null,
      rows(model, act),
    ),
    h(
      "p",
      { key: "all" },
      h("a", { class: "button", href: `/library.html#room=${model.shelf.library}` }, icon("shelf"), "Open this library"),
    ),
  ];
}

function sides({ shelf, may }, act) {
  return radioGroup(
    { class: "choices halves", "aria-label": "Side", key: "sides" },
    ["home", "away"].map((side) =>
      h(
        "button",
        {
          class: "button",
          type: "button",
          key: side,
          role: "radio",
          disabled: !may,
          "aria-checked": String(shelf.side === side),
          onclick: () => act.shelf({ side }),
        },
        side === "home" ? "Home" : "Away",
      ),
    ),
  );
}

function options({ shelf, nobody, may }, act) {
  const one = (name, label, on) =>
    h(
      "label",
      { class: "switch", key: name },
      h("input", {
        ...{ type: "checkbox", name, ".checked": on, disabled: !may },
        onchange: (event) => act.shelf({ [name]: event.target.checked }),
      }),
      label,
    );
  return [
    one("mirrored", "Mirrored, left for right", shelf.mirrored),
    one("turned", "At the other end", shelf.turned),
    one("fill", "New players for open places", shelf.fill ?? nobody),
  ];
}

function chooser({ shelf }, act) {
  const libraries = shelf.libraries.length > 0 ? shelf.libraries : [{ id: "built-in", name: "Formations" }];
  return [
    h(
      "label",
      { class: "field", key: "library" },
      h("span", {}, "From"),
      h(
        "select",
        { class: "input", name: "from", ".value": shelf.library, onchange: (event) => act.showLibrary(event.target.value) },
        libraries.map(({ id, name }) => h("option", { value: id, key: id }, name)),
      ),
    ),
    h("input", {
      ...{ class: "input", type: "search", name: "shelf-search", key: "search", autocomplete: "off" },
      ...{ "aria-label": "Search this library", placeholder: "Search", ".value": shelf.text },
      oninput: (event) => act.shelf({ text: event.target.value }),
    }),
  ];
}

function rows({ shelf, cards, loading, may }, act) {
  const order = shelf.library === "built-in" ? null : "name";
  const wanted = { ...everything(), text: shelf.text };
  const all = order ? found(cards, wanted) : cards.filter((card) => found([card], wanted).length > 0);
  if (loading) return h("div", { class: "skeleton row-place", key: "loading", "aria-busy": "true" });
  if (all.length === 0)
    return h("p", { class: "quiet", key: "none" }, cards.length === 0 ? "Nothing for this pitch here." : "Nothing like that here.");
  return h(
    "ul",
    { class: "shelf-rows", key: "rows", "data-testid": "shelf-rows" },
    all.slice(0, ROWS_MAX).map((card) => row(card, may, act)),
    all.length > ROWS_MAX ? h("li", { key: "more", class: "quiet small" }, "Search to see the others.") : null,
  );
}

function row(card, may, act) {
  const formation = card.sort === "formation";
  const use = card.tags.filter((tag) => tag !== "full").join(", ");
  return h(
    "li",
    { key: card.id },
    cardPicture(card),
    h(
      "span",
      { class: "grow" },
      h("b", {}, card.name),
      h("br", {}),
      h("span", { class: "quiet small" }, [formation ? null : sortName(card.sort), use].filter(Boolean).join(" · ")),
    ),
    h(
      "button",
      {
        class: "button tiny",
        type: "button",
        disabled: !may,
        "aria-label": formation ? `Put on ${card.name}` : `Put the things of ${card.name} on this board`,
        onclick: () => (formation ? act.putOn(card) : act.putThings(card, act.paste)),
      },
      formation ? "Put on" : "Add",
    ),
  );
}

function keepView({ shelf, into, selected }, act) {
  const { save, problem, saved, busy } = shelf;
  const partly = save.what === "set_piece" || save.what === "drill";
  const submit = (event) => {
    event.preventDefault();
    act.keep();
  };
  const input = (name, label, value, more = {}) =>
    h(
      "label",
      { class: "field", key: name },
      h("span", {}, label),
      h("input", {
        ...{ class: "input", name: `shelf-${name}`, autocomplete: "off", ".value": value, ...more },
        oninput: (event) => act.saving({ [name]: event.target.value }),
      }),
    );
  return h(
    "form",
    { class: "stack", key: "keep", onsubmit: submit, "aria-labelledby": "shelf-keep" },
    h("h3", { id: "shelf-keep" }, "Save into a library"),
    into.length === 0
      ? h(
          "p",
          { class: "quiet", key: "none" },
          "You have no library to save into yet. ",
          h("a", { href: "/library.html" }, "Make one"),
        )
      : [
          choice("what", "What", save.what, WHATS, act),
          partly
            ? h(
                "p",
                { class: "quiet small", key: "part" },
                selected > 0
                  ? `What is selected (${selected}), with its moves.`
                  : "All of the board. Select some things to save only these.",
              )
            : null,
          input("name", "Name", save.name, { maxlength: 64 }),
          input("tags", "Tags, with commas between", save.tags, { maxlength: 400 }),
          choice("into", "Library", save.into ?? into[0].id, into.map(({ id, name }) => [id, name]), act),
          problem ? h("p", { class: "notice bad-edge", key: "problem", role: "alert", "data-testid": "shelf-problem" }, problem) : null,
          saved ? savedView(saved) : null,
          h(
            "button",
            { class: "button primary", type: "submit", key: "save", disabled: busy },
            busy ? "Saving" : "Save",
          ),
        ],
  );
}

function savedView({ name, library, id, waits }) {
  return h(
    "p",
    { class: "notice calm", key: "saved", role: "status", "data-testid": "shelf-saved" },
    waits ? `“${name}” goes into the library when the connection is back.` : `Saved: “${name}”.`,
    h("a", { class: "button tiny", href: `/library.html#room=${library}&item=${id}` }, "Look at it"),
  );
}

function choice(name, label, value, choices, act) {
  return h(
    "label",
    { class: "field", key: name },
    h("span", {}, label),
    h(
      "select",
      {
        ...{ class: "input", name: `shelf-${name}`, ".value": value },
        onchange: (event) => act.saving({ [name]: event.target.value }),
      },
      choices.map(([id, words]) => h("option", { value: id, key: id }, words)),
    ),
  );
}
