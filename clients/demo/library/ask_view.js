/** What one can ask a library for: kind, folder, tag, sport, archived, in which order. Pure. */
import { SPORTS } from "../board/pitch.js";
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { choicesIn, everything, foldersOf } from "./catalogue.js";
import { ORDERS, SORTS, sortName } from "./words.js";

const TAGS_SHOWN = 24;
const SPORT_NAMES = Object.fromEntries(SPORTS);
export const sportName = (sport) => SPORT_NAMES[sport] ?? sport;

/** @param {import("./shelf_view.js").ShelfModel} model */
export function askView({ ui, cards, deleted, may }, act) {
  const { wanted } = ui;
  const here = cards.filter(({ archived }) => archived === wanted.archived);
  const { tags, sports, sorts } = choicesIn(here);
  return h(
    "aside",
    { class: "ask", id: "ask", key: "ask", "aria-label": "Filter", "data-open": ui.asking },
    select("Order", wanted.order, ORDERS, (order) => act.ask({ order })),
    sorts.length > 1 || wanted.sort ? kinds(wanted, sorts, act) : null,
    sports.length > 1 || wanted.sport
      ? select(
          "Sport",
          wanted.sport ?? "",
          [["", "Every sport"], ...SPORTS.filter(([id]) => sports.includes(id))],
          (sport) => act.ask({ sport: sport || null }),
        )
      : null,
    folders(foldersOf(here), wanted, may("folder.rename"), act),
    tagChoices(tags, wanted, act),
    cards.some(({ archived }) => archived) || wanted.archived
      ? h(
          "label",
          { class: "switch", key: "archived" },
          h("input", {
            type: "checkbox",
            ".checked": wanted.archived,
            onchange: (event) => act.ask({ ...everything(), archived: event.target.checked }),
          }),
          "Archived ones",
        )
      : null,
    Object.keys(deleted).length > 0
      ? h(
          "button",
          {
            class: "button plain",
            type: "button",
            key: "deleted",
            "aria-expanded": String(ui.panel === "deleted"),
            onclick: () => act.panel("deleted"),
          },
          icon("trash"),
          `Deleted, ${Object.keys(deleted).length}`,
        )
      : null,
  );
}

function select(label, value, choices, run) {
  return h(
    "label",
    { class: "field", key: label },
    h("span", {}, label),
    h(
      "select",
      { class: "input", name: label.toLowerCase(), ".value": value, onchange: (event) => run(event.target.value) },
      choices.map(([id, name]) => h("option", { value: id, key: id }, name)),
    ),
  );
}

function chip(key, label, on, run) {
  return h(
    "button",
    { class: "button tiny", type: "button", key, "aria-pressed": String(on), onclick: run },
    label,
  );
}

function kinds(wanted, sorts, act) {
  return h(
    "div",
    { class: "field", key: "kinds", role: "group", "aria-label": "Kind" },
    h("span", {}, "Kind"),
    h(
      "div",
      { class: "chips" },
      SORTS.filter(([sort]) => sorts.includes(sort) || wanted.sort === sort).map(([sort, name]) =>
        chip(sort, name, wanted.sort === sort, () =>
          act.ask({ sort: wanted.sort === sort ? null : sort }),
        ),
      ),
    ),
  );
}

function tagChoices(tags, wanted, act) {
  if (tags.length === 0 && wanted.tag === null) return null;
  const shown = tags.slice(0, TAGS_SHOWN);
  if (wanted.tag !== null && !shown.includes(wanted.tag)) shown.unshift(wanted.tag);
  return h(
    "div",
    { class: "field", key: "tags", role: "group", "aria-label": "Tags" },
    h("span", {}, "Tags"),
    h(
      "div",
      { class: "chips" },
      shown.map((tag) =>
        chip(tag, tag, wanted.tag === tag, () => act.ask({ tag: wanted.tag === tag ? null : tag })),
      ),
    ),
  );
}

function folders(all, wanted, mayRename, act) {
  if (all.length === 0 && wanted.folder === null) return null;
  return h(
    "div",
    { class: "field", key: "folders", role: "group", "aria-label": "Folders" },
    h("span", {}, "Folders"),
    h(
      "ul",
      { class: "folders" },
      all.map(({ path, count }) => {
        const depth = path.split("/").length - 1;
        const on = wanted.folder === path;
        return h(
          "li",
          { key: path, "data-depth": depth },
          h(
            "button",
            {
              class: "button plain tiny",
              type: "button",
              "aria-pressed": String(on),
              "aria-label": `Folder ${path}, ${count}`,
              onclick: () => act.ask({ folder: on ? null : path }),
            },
            h("span", { class: "cut" }, path.split("/").at(-1)),
            h("span", { class: "quiet" }, count),
          ),
        );
      }),
    ),
    wanted.folder !== null && mayRename ? renameFolder(wanted.folder, act) : null,
  );
}

function renameFolder(folder, act) {
  const submit = (event) => {
    event.preventDefault();
    const to = String(new FormData(event.target).get("folder")).trim();
    act.renameFolder(folder, to || null);
  };
  return h(
    "form",
    { class: "row", key: `rename ${folder}`, onsubmit: submit },
    h("input", {
      ...{ class: "input", name: "folder", maxlength: 122, autocomplete: "off" },
      ...{ "aria-label": `New name of the folder ${folder}`, value: folder },
    }),
    h("button", { class: "button", type: "submit" }, "Rename"),
  );
}

/** How much shows, in words. */
export function foundWords(count, cards, wanted) {
  const all = cards.filter(({ archived }) => archived === wanted.archived).length;
  const what = wanted.archived ? "archived" : all === 1 ? "item" : "items";
  if (count === all) return `${all} ${what}`;
  const asked = [wanted.sort && sortName(wanted.sort), wanted.sport && sportName(wanted.sport)];
  const more = [wanted.folder, wanted.tag, wanted.text.trim() && `“${wanted.text.trim()}”`];
  return `${count} of ${all}: ${[...asked, ...more].filter(Boolean).join(", ")}`;
}
