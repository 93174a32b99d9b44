/** The top of the draft: name, connection, people; who is on the clock, how long, and when one's turn comes. Pure. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { button } from "./bits.js";
import { cellName, isAuction, picksUntil } from "./reading.js";
import { turnWords, untilWords } from "./words.js";

/** Like those of parts/icons.js, which every page carries. */
const BELL = h(
  "svg",
  { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false" },
  h("path", { d: "M10 3.5a4 4 0 0 0-4 4v3.2L4.5 14h11L14 10.7V7.5a4 4 0 0 0-4-4M8.6 16.3h2.8" }),
);

export function topBar(model, act) {
  const { room, link, here, narrow, owner, ui } = model;
  const tool = (name, picture, label) => {
    const on = ui.side === name && (!narrow || ui.tab === "side");
    return h(
      "button",
      {
        ...{ class: "button plain square", type: "button", key: name, title: label },
        ...{ "aria-label": label, "aria-expanded": String(on) },
        onclick: () => act.side(on ? "queue" : name),
      },
      icon(picture),
    );
  };
  return h(
    "header",
    { class: "topbar", key: "topbar" },
    h(
      "a",
      { class: "home", href: "/", "aria-label": "Home", title: "Home" },
      h("img", { src: "/icon.svg", alt: "", width: 26, height: 26 }),
    ),
    h(
      "div",
      { class: "title" },
      h("h1", { class: "cut", title: room.name }, room.name),
      h("connection-pill", { ".model": link, "onretry-now": act.retryNow }),
    ),
    narrow ? null : h("presence-avatars", { key: "here", ".model": { here, shown: 8, still: true } }),
    h(
      "button",
      {
        ...{ class: "button plain square", type: "button", key: "sound", onclick: act.toggleSound },
        "aria-pressed": String(ui.sound),
        "aria-label": "Tell me when it is my turn: sound and notification",
        title: "Sound and notification when it is your turn",
      },
      BELL,
    ),
    owner ? tool("office", "settings", "Commissioner") : null,
    tool("recap", "history", "Picks and recap"),
    narrow ? null : h("theme-switch", { key: "theme" }),
    h(
      "button",
      {
        ...{ class: narrow ? "button plain square" : "button share", type: "button", key: "share" },
        ...{ onclick: act.openShare, "data-testid": "share" },
        "aria-label": owner ? "Share: people and links" : "People",
      },
      icon("share"),
      narrow ? null : owner ? "Share" : "People",
    ),
  );
}

/** The banner that everybody looks at. */
export function clockBar(model) {
  const { state, mine, serverNow } = model;
  const { turn, phase } = state;
  const until = untilWords(state, mine);
  const own = turn && turn.sort !== "bid" && turn.seat === mine;
  return h(
    "section",
    {
      class: "clock-bar",
      key: "clock",
      "aria-label": "On the clock",
      "data-own": own ? "yes" : null,
      "data-phase": phase,
    },
    h(
      "div",
      { class: "grow" },
      turn
        ? h(
            "p",
            { class: "quiet small" },
            phase === "paused" ? "Paused by the commissioner · " : null,
            isAuction(state) ? `Sale ${turn.n}` : `Pick ${turn.n}, ${cellName(state, turn.n)}`,
            turn.auto ? " · picked for" : null,
            state.pause_before === null ? null : ` · pauses before ${cellName(state, state.pause_before)}`,
            turn.extended ? " · time was given back after an outage" : null,
          )
        : null,
      h("p", { class: "who cut", "data-testid": "on-the-clock" }, turnWords(state, mine)),
    ),
    until && !own
      ? h(
          "p",
          {
            ...{ class: "until", "data-testid": "until", key: "until" },
            "data-near": (picksUntil(state, mine) ?? 9) <= 2 ? "yes" : null,
          },
          until,
        )
      : null,
    turn
      ? h("draft-clock", { key: "time", ".model": { turn, phase, now: serverNow } })
      : null,
  );
}

/** One's own team is picked for: said, and ended with one press. */
export function autoNotice({ state, auto }, act) {
  if (!auto || state.phase === "ended") return null;
  return h(
    "p",
    { class: "notice auto-notice", key: "auto", role: "status" },
    h("span", { class: "grow" }, "Your team is picked for by autopick."),
    button("Pick myself again", () => act.setAuto(false), { look: "primary", test: "auto-off" }),
  );
}
