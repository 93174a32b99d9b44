/** One item beside the list: its picture, what it is called and where it is, what can be done with it. Pure. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { sportName } from "./ask_view.js";
import { folderOf, foldersOf, tagsOf } from "./catalogue.js";
import { contentWords, largePicture } from "./picture.js";
import { writable } from "./reach.js";
import { versionsView } from "./versions_view.js";
import { sortName, when } from "./words.js";

/**
 * @param {import("./shelf_view.js").ShelfModel} model
 * @param {import("./catalogue.js").Card | null} card null: it is not there (any more)
 */
export function itemView(model, card, act) {
  const { ui } = model;
  if (card === null) return frame("Not here", act, ...gone(model, act));
  const changes = model.may("item.set");
  return frame(
    card.name,
    act,
    largePicture(card),
    h("p", { class: "quiet small", key: "about" }, aboutWords(card, model)),
    ui.refusal?.id === card.id
      ? h("p", { class: "notice bad-edge", key: "refusal", role: "alert" }, ui.refusal.text)
      : null,
    actions(card, model, act),
    sharing(card, model, act),
    changes ? fields(card, model, act) : plain(card),
    model.member ? versionsView(model, card, act) : null,
  );
}

export function frame(title, act, ...content) {
  return h(
    "aside",
    { class: "panel shelf-panel", key: "panel", "aria-label": title },
    h(
      "header",
      {},
      h("h2", { class: "cut", tabindex: -1, autofocus: true }, title),
      h(
        "button",
        { class: "button plain square", type: "button", "aria-label": "Close", onclick: act.close },
        icon("close"),
      ),
    ),
    h("div", { class: "scroll stack" }, content),
  );
}

function gone({ deleted, ui, may }, act) {
  const grave = deleted[ui.open];
  return [
    h(
      "p",
      { key: "gone" },
      grave ? `“${grave.name}” was deleted.` : "This item is not in the library. It may have been deleted.",
    ),
    grave && may("item.restore")
      ? h(
          "button",
          { class: "button", type: "button", key: "back", onclick: () => act.restore(ui.open) },
          "Bring it back",
        )
      : null,
  ];
}

function aboutWords(card, { member }) {
  const times = (n, words) => (n > 0 ? `${words} ${n === 1 ? "once" : `${n} times`}` : null);
  return [
    sortName(card.sort),
    card.sport && sportName(card.sport),
    contentWords(card),
    card.at > 0 ? `changed ${when(card.at)}` : null,
    times(card.views, "looked at"),
    times(card.opens, "opened as a board"),
    card.waiting && member ? "on its way to the server" : null,
  ]
    .filter(Boolean)
    .join(" · ");
}

function button(key, label, picture, run, more = {}) {
  return h(
    "button",
    { class: "button", type: "button", key, onclick: run, ...more },
    picture ? icon(picture) : null,
    label,
  );
}

function actions(card, model, act) {
  const { ui, may, library } = model;
  const others = writable(ui.libraries).filter(({ id }) => id !== library);
  return h(
    "div",
    { class: "item-acts", key: "acts", role: "group", "aria-label": "What to do with it" },
    button("board", ui.busy === "board" ? "Making the board" : "Open a board", "play", () => act.openBoard(card), {
      class: "button primary",
      disabled: ui.busy === "board",
    }),
    may("item.add") && card.content !== null
      ? button("duplicate", "Duplicate", "fork", () => act.duplicate(card))
      : null,
    copyInto(card, others, ui, act),
    may("item.set")
      ? button("archive", card.archived ? "Take out of the archive" : "Archive", "download", () =>
          act.set(card.id, { archived: card.archived ? null : true }),
        )
      : null,
    may("item.delete")
      ? button("delete", "Delete", "trash", () => act.remove(card.id), { class: "button danger" })
      : null,
  );
}

function copyInto(card, others, { busy }, act) {
  if (others.length === 0)
    return h(
      "a",
      { class: "button", key: "make", href: "/library.html" },
      icon("plus"),
      "Make a library to copy into",
    );
  const submit = (event) => {
    event.preventDefault();
    act.copyTo(card, new FormData(event.target).get("library"));
  };
  return h(
    "form",
    { class: "row copy-into", key: "copy", onsubmit: submit },
    h(
      "select",
      { class: "input grow", name: "library", "aria-label": "Library to copy it into" },
      others.map(({ id, name }) => h("option", { value: id, key: id }, name)),
    ),
    h("button", { class: "button", type: "submit", disabled: busy === "copy" }, "Copy there"),
  );
}

function sharing(card, { ui, role, member }, act) {
  if (!member || role !== "owner") return null;
  const made = ui.link?.id === card.id ? ui.link : null;
  if (!made)
    return h(
      "p",
      { key: "share" },
      button("link", ui.busy === "link" ? "Making the link" : "Share by link", "share", () =>
        act.shareItem(card.id),
      ),
    );
  return h(
    "div",
    { class: "stack tight", key: "share" },
    h(
      "div",
      { class: "row" },
      h("input", {
        ...{ class: "input grow", readonly: true, "data-testid": "item-link" },
        ...{ "aria-label": "Link to this item", ".value": made.link },
        onfocus: (event) => event.target.select(),
      }),
      button("copy", made.copied ? "Copied" : "Copy", null, () => act.copyLink(made.link)),
    ),
    h(
      "p",
      { class: "quiet small" },
      "Whoever has it looks at this library, beginning here. It can be revoked under “Share”.",
    ),
  );
}

function field(label, control) {
  return h("label", { class: "field", key: label }, h("span", {}, label), control);
}

function fields(card, model, act) {
  const { id } = card;
  const commits = (set) => ({
    onfocus: act.begin,
    onchange: (event) => act.commit(id, set(event.target)),
    onkeydown: (event) => event.key === "Enter" && event.target.tagName === "INPUT" && event.target.blur(),
    "data-typing": true,
    autocomplete: "off",
    class: "input",
  });
  const name = (target) => {
    const given = target.value.trim();
    if (given === "") target.value = card.name;
    return { name: given || card.name };
  };
  return h(
    "div",
    { class: "stack", key: `fields ${id}` },
    field("Name", h("input", { name: "item-name", maxlength: 64, ".value": card.name, ...commits(name) })),
    field(
      "Tags, with commas between",
      h("input", {
        ...{ name: "tags", maxlength: 400, placeholder: "press, corners", ".value": card.tags.join(", ") },
        ...commits(({ value }) => ({ tags: tagsOf(value).length > 0 ? tagsOf(value) : null })),
      }),
    ),
    field(
      "Folder, with / between",
      h("input", {
        ...{ name: "folder", maxlength: 122, list: "folders", placeholder: "Under 15/Corners" },
        ".value": card.folder ?? "",
        ...commits(({ value }) => ({ folder: folderOf(value) })),
      }),
    ),
    h(
      "datalist",
      { id: "folders", key: "folders" },
      foldersOf(model.cards).map(({ path }) => h("option", { value: path, key: path })),
    ),
    field(
      "Notes",
      h("textarea", {
        ...{ name: "notes", rows: 3, maxlength: 2000, ".value": card.notes },
        ...commits(({ value }) => ({ notes: value.trim() || null })),
      }),
    ),
  );
}

function plain({ tags, folder, notes }) {
  return h(
    "dl",
    { class: "plain-values", key: "plain" },
    tags.length > 0 ? [h("dt", { key: "t" }, "Tags"), h("dd", { key: "tv" }, tags.join(", "))] : null,
    folder ? [h("dt", { key: "f" }, "Folder"), h("dd", { key: "fv" }, folder)] : null,
    notes ? [h("dt", { key: "n" }, "Notes"), h("dd", { key: "nv" }, notes)] : null,
  );
}
