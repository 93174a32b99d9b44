/** Drawer “Export and import”: files of the board, print, a link that plays, boards from files. Pure. */
import { timelineOf } from "/js/kinds/board_timeline.js";
import { icon } from "../../parts/icons.js";
import { h } from "../../parts/view.js";
import { sheetsOf } from "./moments.js";

const FILES = [
  ["json", "Board file", "Everything but the history, to import again"],
  ["png", "Picture (PNG)", "For messages and slides"],
  ["svg", "Drawing (SVG)", "Sharp at every size, to be worked on"],
  ["pdf", "Document (PDF)", "A page for each phase, with its notes"],
];
const MOVING = [
  ["gif", "Moving picture (GIF)", "Plays everywhere"],
  ["film", "Film (WebM)", "Smooth; recorded while it plays"],
];

/** What the drawer needs to know, of what the page knows. */
export function exchangeModel({ room, ui, who }) {
  const { objects } = ui.past?.state ?? room.state;
  return {
    exchange: ui.exchange,
    sheets: sheetsOf(objects),
    seconds: timelineOf(objects).duration / 1_000,
    owner: who.role === "owner",
  };
}

/**
 * @param {{exchange: any, sheets: {key: string, title: string}[], seconds: number, owner: boolean}}
 *   model
 */
export function exchangeView({ exchange, sheets, seconds, owner }, act) {
  const busy = exchange.busy !== null;
  return h(
    "aside",
    { class: "panel", key: "exchange", "aria-label": "Export and import", "aria-busy": String(busy) },
    h(
      "header",
      {},
      h("h2", {}, "Export and import"),
      h(
        "button",
        {
          class: "button plain square",
          type: "button",
          "aria-label": "Close export and import",
          onclick: () => act.drawer(null),
        },
        icon("close"),
      ),
    ),
    h(
      "div",
      { class: "scroll stack" },
      told(exchange),
      h("h3", {}, "Take it with you"),
      sheets.length > 1 ? whichSheet(exchange, sheets, act) : null,
      h(
        "ul",
        { class: "exchange-files", key: "files" },
        FILES.map((file) => fileRow(file, exchange, act, null)),
        row("print", "Print", "The same pages as the document", "print", exchange, act.printBoard),
        MOVING.map((file) => fileRow(file, exchange, act, whyNotMoving(seconds))),
      ),
      owner ? player(exchange, act) : null,
      importing(exchange, act),
      act.recorded(exchange.plays),
    ),
  );
}

function whyNotMoving(seconds) {
  if (seconds === 0) return "Needs phases to play";
  return null;
}

function told({ busy, share, problem, done }) {
  if (problem)
    return h("p", { class: "notice bad-edge", role: "alert", key: "told", "data-testid": "exchange-problem" }, problem);
  if (busy)
    return h(
      "div",
      { class: "notice", key: "told" },
      h("span", {}, `Making ${busy}`),
      h("progress", { max: 1, ".value": share, "aria-label": `Making ${busy}` }),
    );
  if (!done) return null;
  return h("p", { class: "notice", key: "told", "data-testid": "exchange-done" }, done);
}

function whichSheet({ sheet }, sheets, act) {
  return h(
    "label",
    { class: "field", key: "which" },
    h("span", {}, "Picture and drawing show"),
    h(
      "select",
      {
        class: "input",
        name: "sheet",
        ".value": sheet,
        onchange: ({ target }) => act.exchange({ sheet: target.value }),
      },
      sheets.map(({ key, title }) => h("option", { key, value: key }, title || "The board")),
    ),
  );
}

function fileRow([what, title, about], exchange, act, whyNot) {
  return row(what, title, whyNot ?? about, "download", exchange, () => act.exportAs(what), whyNot);
}

function row(what, title, about, picture, exchange, run, whyNot = null) {
  return h(
    "li",
    { key: what },
    h(
      "button",
      {
        class: "button plain exchange-row",
        type: "button",
        "data-export": what,
        disabled: exchange.busy !== null || whyNot !== null,
        onclick: run,
      },
      icon(picture),
      h("span", {}, h("b", {}, title), h("span", { class: "quiet small" }, about)),
    ),
  );
}

function player({ player: link, busy }, act) {
  const field = (label, value, name) =>
    h(
      "label",
      { class: "field", key: name },
      h("span", {}, label),
      h("input", {
        class: "input",
        name,
        readonly: true,
        ".value": value,
        onfocus: ({ target }) => target.select(),
      }),
    );
  return h(
    "section",
    { class: "stack", key: "player" },
    h("h3", {}, "A link that plays"),
    h(
      "p",
      { class: "quiet small" },
      "Whoever has it sees the board as it is and plays it, without a name, and never comes in: no history, chat or comments. It can stand in a page of yours, and ends as other links do, under Share.",
    ),
    link
      ? [
          field("Address of the player", link, "player-link"),
          field("For a page of yours", embedCode(link), "player-embed"),
        ]
      : h(
          "button",
          { class: "button", type: "button", disabled: busy !== null, onclick: act.makePlayerLink },
          icon("share"),
          "Make the link",
        ),
  );
}

export function embedCode(link) {
  return `<iframe src="${link}" width="800" height="560" title="Board" allowfullscreen></iframe>`;
}

function importing({ busy, made }, act) {
  return h(
    "section",
    { class: "stack", key: "import" },
    h("h3", {}, "Bring a board in"),
    h("p", { class: "quiet small" }, "A board file makes a new board. This one stays as it is."),
    h(
      "label",
      { class: "field" },
      h("span", {}, "Board file (JSON)"),
      h("input", {
        class: "input",
        type: "file",
        name: "board-file",
        accept: ".json,application/json",
        disabled: busy !== null,
        onchange: ({ target }) => {
          const [file] = target.files;
          target.value = "";
          if (file) act.importFile(file);
        },
      }),
    ),
    made
      ? h("a", { class: "button primary", key: "made", href: made.href, "data-testid": "imported" }, `Open “${made.name}”`)
      : null,
  );
}
