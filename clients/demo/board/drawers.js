/**
 * Drawers beside the pitch: settings of the board, and changes that were refused and wait for a
 * decision. Pure.
 */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { choices } from "./callouts.js";
import { pitchSettings } from "./pitch_settings.js";
import { mayConfigure, mayLock } from "./rights.js";

function drawer(key, title, act, ...content) {
  return h(
    "aside",
    { class: "panel", key, "aria-label": title },
    h(
      "header",
      {},
      h("h2", {}, title),
      h(
        "button",
        {
          class: "button plain square",
          type: "button",
          "aria-label": `Close ${title.toLowerCase()}`,
          onclick: () => act.drawer(null),
        },
        icon("close"),
      ),
    ),
    h("div", { class: "scroll stack" }, content),
  );
}

/** @param {{room: any, state: any, who: any, ui: any}} model */
export function settingsView({ room, state, who, ui }, act) {
  const owner = mayConfigure(who);
  const { settings } = state;
  return drawer(
    "settings",
    "Board",
    act,
    h(
      "label",
      { class: "field" },
      h("span", {}, "Name"),
      h("input", {
        class: "input",
        name: "board-name",
        maxlength: 64,
        "data-typing": true,
        disabled: !owner,
        ".value": room.name,
        onchange: (event) => act.rename(event.target.value),
      }),
    ),
    conflictPolicy(settings, owner, act),
    mayLock(who)
      ? h(
          "label",
          { class: "switch" },
          h("input", {
            type: "checkbox",
            role: "switch",
            ".checked": Boolean(state.locked),
            onchange: (event) => act.lockBoard(event.target.checked),
          }),
          h(
            "span",
            {},
            h("b", {}, "Lock the board"),
            h("br", {}),
            h("span", { class: "quiet small" }, "Only you and owners can change it meanwhile"),
          ),
        )
      : null,
    pitchSettings({ settings, owner, readout: ui.readout, leftHanded: ui.leftHanded }, act),
    keys(),
  );
}

function conflictPolicy(settings, owner, act) {
  const choice = (value, title, about) =>
    h(
      "label",
      { class: "switch", key: value },
      h("input", {
        type: "radio",
        name: "conflicts",
        value,
        disabled: !owner,
        ".checked": settings.conflicts === value,
        onchange: () => act.configure({ conflicts: value }),
      }),
      h("span", {}, h("b", {}, title), h("br", {}), h("span", { class: "quiet small" }, about)),
    );
  return h(
    "fieldset",
    { class: "field", key: "conflicts" },
    h("legend", {}, "When two people change the same thing at once"),
    choice("latest", "The latest wins", "The other is told, and can bring theirs back"),
    choice("ask", "Ask", "The second person chooses: mine, theirs or between"),
  );
}

function keys() {
  const rows = [
    ["K, C", "laser pointer; comment on what is selected, or on a place"],
    ["Arrows", "move what is selected by 0.5 m; with Shift by 5 m"],
    ["V T B E A L J M Z X", "tools; Enter draws in the middle with the keyboard"],
    ["J", "with several selected: links them"],
    ["Ctrl C, X, V, D", "copy, cut, paste (also on another board), duplicate"],
    ["Ctrl G, Ctrl Shift G", "group, ungroup"],
    ["Page up, page down", "forward, backward; with Shift to the front, to the back"],
    ["Ctrl Z, Ctrl Shift Z", "undo and redo your own steps"],
    ["Ctrl A, Delete", "select everything, delete"],
    ["P, [ and ]", "play or pause; the phase before and the next"],
    ["F", "whole pitch"],
    ["H", "timeline"],
    ["Escape", "let go; in a conflict, on the pitch: keep theirs"],
  ];
  return h(
    "section",
    { key: "keys", class: "keys-help" },
    h("h3", {}, "Keys"),
    h(
      "dl",
      { class: "keys" },
      rows.map(([key, words]) => [h("dt", { key }, key), h("dd", { key: `${key}d` }, words)]),
    ),
  );
}

/**
 * `sure`: it has been pressed once that all shall go.
 * @param {{sure?: boolean, items: any[], words: (item: any) => {wanted: string, why: string}, conflicts: any[],
 * conflictWords: (conflict: any) => string}} model
 */
export function unsavedView({ items, words, conflicts, conflictWords, sure = false }, act) {
  const empty = items.length === 0 && conflicts.length === 0;
  return drawer(
    "unsaved",
    "Not saved",
    act,
    h(
      "p",
      { class: "quiet" },
      empty
        ? "Everything you did is saved."
        : "The board does not hold these. They are kept here until you decide.",
    ),
    h(
      "ul",
      { class: "stack", "data-testid": "unsaved" },
      conflicts.map((conflict) =>
        h(
          "li",
          { key: conflict.unsavedId, class: "notice" },
          h("b", {}, conflictWords(conflict)),
          choices(conflict, act),
        ),
      ),
      items.map((item) => unsavedItem(item, words(item), act)),
    ),
    items.length > 1 ? discardAll(items, sure, act) : null,
  );
}

function discardAll(items, sure, act) {
  const button = (label, look, onclick) =>
    h("button", { class: `button ${look}`, type: "button", key: look, onclick }, label);
  const label = `Discard all ${items.length}`;
  if (!sure) return button(label, "danger", () => act.discardAll(items));
  return h(
    "div",
    { class: "stack", key: "sure", role: "group", "aria-label": `${label}?` },
    h("p", {}, "They are nowhere else: what is discarded is gone for good."),
    h(
      "div",
      { class: "row wrap" },
      button(label, "danger", () => act.discardAll(items)),
      button("Keep them", "plain", act.keepAll),
    ),
  );
}

function unsavedItem(item, { wanted, why }, act) {
  const again =
    item.code === "deleted"
      ? "Put it back"
      : item.reason === "expired"
        ? "Send it now"
        : "Try again";
  return h(
    "li",
    { key: item.id, class: "notice bad-edge", "data-code": item.code },
    h("b", {}, wanted[0].toUpperCase() + wanted.slice(1)),
    h("span", {}, why),
    h(
      "span",
      { class: "quiet small" },
      `Made ${new Date(item.at).toLocaleString([], { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" })}`,
    ),
    h(
      "div",
      { class: "row wrap" },
      h("button", { class: "button tiny", type: "button", onclick: () => act.retry(item) }, again),
      h(
        "button",
        { class: "button tiny danger", type: "button", onclick: () => act.discard(item) },
        "Discard",
      ),
    ),
  );
}
