/**
 * The timeline as a drawer: who did what when, newest first; a press shows the board as it was
 * then. Pure.
 */
import { clock } from "../parts/chat_drawer.js";
import { icon } from "../parts/icons.js";
import { colourOf } from "../parts/people.js";
import { avatar } from "../parts/presence_avatars.js";
import { h } from "../parts/view.js";
import { eventWords } from "./words.js";

const SHOWN_OF_ROW = 6;

/**
 * @param {{history: any, names: Record<string, string>, find: (id: string) => any, shown: number |
 * null, me: string, above: any, instead: any}} model
 *   `above` the list: going through time; `instead` of it: two versions compared
 */
export function timelineView({ history, names, find, shown, me, above, instead }, act) {
  return h(
    "aside",
    { class: "panel history", key: "history", "aria-label": "Timeline" },
    h(
      "header",
      {},
      h("h2", {}, "Timeline"),
      h(
        "button",
        {
          class: "button plain square",
          type: "button",
          "aria-label": "Close timeline",
          onclick: () => act.drawer(null),
        },
        icon("close"),
      ),
    ),
    h(
      "div",
      { class: "scroll" },
      above,
      instead ?? entriesView({ history, names, find, shown, me }, act),
    ),
  );
}

function entriesView({ history, names, find, shown, me }, act) {
  const rows = history.rows();
  return [
    history.problem ? problem(history.problem, act) : null,
    rows.length === 0 && history.busy ? skeleton() : null,
    h(
      "ol",
      { class: "timeline", key: "timeline", "data-testid": "timeline" },
      rows.map((row) => rowView(row, { names, find, shown, me }, act)),
    ),
    history.next
      ? h(
          "button",
          {
            class: "button",
            type: "button",
            key: "older",
            disabled: history.busy,
            onclick: act.olderHistory,
          },
          history.busy ? "Loading" : "Show older",
        )
      : null,
  ];
}

function rowView({ key, by, at, entries }, { names, find, shown, me }, act) {
  const name = names[by] ?? (by ? "Somebody" : "Touchline");
  const oldest = entries.at(-1).at;
  return h(
    "li",
    { key },
    avatar({ name, colour: colourOf(names, by) }),
    h(
      "div",
      { class: "said" },
      h(
        "div",
        { class: "small" },
        h("b", {}, by === me ? "You" : name),
        " ",
        h(
          "time",
          { class: "quiet", datetime: new Date(at).toISOString() },
          day(at),
          clock(at) === clock(oldest) ? clock(at) : `${clock(oldest)} to ${clock(at)}`,
        ),
      ),
      h(
        "ul",
        {},
        condensed(entries).map((entry) => entryView(entry, { names, find, shown }, act)),
      ),
    ),
  );
}

/** At most some of a long row, always with its newest and oldest. */
function condensed(entries) {
  if (entries.length <= SHOWN_OF_ROW) return entries;
  return [
    ...entries.slice(0, SHOWN_OF_ROW - 2),
    { more: entries.length - SHOWN_OF_ROW + 1 },
    entries.at(-1),
  ];
}

function entryView(entry, { names, find, shown }, act) {
  if (entry.more) return h("li", { key: "more", class: "quiet small" }, `and ${entry.more} more`);
  const words =
    entry.events.map((event) => eventWords(event, names, find)).join("; ") || "something private";
  return h(
    "li",
    { key: entry.v },
    h(
      "button",
      {
        class: "version",
        type: "button",
        "data-version": entry.v,
        "aria-pressed": String(shown === entry.v),
        title: `Show the board at version ${entry.v}`,
        onclick: () => act.showPast(entry.v),
      },
      h("span", { class: "grow" }, words),
      h("span", { class: "quiet small" }, `v${entry.v}`),
    ),
  );
}

function day(at) {
  const date = new Date(at);
  return date.toDateString() === new Date().toDateString()
    ? ""
    : `${date.toLocaleDateString([], { day: "numeric", month: "short" })}, `;
}

function skeleton() {
  return h(
    "div",
    { class: "stack", "aria-busy": "true" },
    [1, 2, 3, 4].map((n) => h("div", { class: "skeleton line", key: n })),
  );
}

function problem(error, act) {
  return h(
    "div",
    { class: "notice bad-edge" },
    error.status === 0 ? "The timeline needs the connection." : error.message,
    error.incident ? h("span", { class: "small quiet" }, `Incident ${error.incident}`) : null,
    h("button", { class: "button tiny", type: "button", onclick: act.olderHistory }, "Try again"),
  );
}
