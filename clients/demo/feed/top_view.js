/** The top of a game: name, connection, people; the score bug; what must never be overlooked. Pure. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { latest, phaseOf, scoresOf, situationWords } from "./reading.js";
import { watchingWords } from "./watching.js";
import { clockTime, gameWords, inconsistentWords } from "./words.js";

/** Like those of parts/icons.js, which every page carries. */
const LATER = h(
  "svg",
  { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false" },
  h("path", { d: "M10 3.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13M10 6.5V10l2.5 2" }),
);

export function topBar(model, act) {
  const { room, link, here, narrow, owner, ui, delay } = model;
  const unread = ui.side === "chat" ? 0 : Math.max(0, room.membership.chat.length - ui.chatSeen);
  const tool = (name, picture, label, more = null) =>
    h(
      "button",
      {
        ...{ class: "button plain square", type: "button", key: name, title: label },
        ...{ "aria-label": label, "aria-expanded": String(ui.side === name), "data-tool": name },
        onclick: () => act.side(ui.side === name ? null : name),
      },
      picture,
      more,
    );
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
    tool("delay", LATER, delay ? `See it later: ${delay} seconds behind` : "See it later"),
    tool(
      "chat",
      icon("chat"),
      unread ? `Chat, ${unread} new` : "Chat",
      unread ? h("span", { class: "badge", "aria-hidden": "true" }, unread) : null,
    ),
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

/** Teams, points, where the game is. */
export function scoreBug({ state, delay, watching, asOf }, act) {
  const phase = phaseOf(state);
  const row = state.partial ? null : latest(state);
  const ball = phase === "live" ? row?.play.possession : "";
  const scores = scoresOf(state);
  return h(
    "section",
    { class: "bug", key: "bug", "aria-label": "Score", "data-phase": phase, "data-testid": "bug" },
    scores.length ? teamView("away", scores[0], ball) : null,
    h(
      "div",
      { class: "when", key: "when" },
      h("p", { class: "game-clock", "data-testid": "game-clock" }, gameWords(state)),
      row && phase === "live"
        ? h("p", { class: "small quiet cut" }, situationWords(row.play, state.header) || "Between downs")
        : null,
    ),
    scores.length ? teamView("home", scores[1], ball) : null,
    watching
      ? h(
          "div",
          { class: "row behind-row", key: "watching" },
          h(
            "button",
            { class: "button tiny behind", type: "button", "data-testid": "watching", onclick: () => act.side("delay") },
            watchingWords(watching, asOf),
          ),
          h("button", { class: "button tiny primary", type: "button", "data-testid": "live", onclick: act.live }, "Back to live"),
        )
      : null,
    delay && !watching
      ? h(
          "button",
          { class: "button tiny behind", type: "button", key: "behind", "data-testid": "behind", onclick: () => act.side("delay") },
          `${delay} s behind`,
        )
      : null,
  );
}

function teamView(which, { team, points }, ball) {
  return h(
    "div",
    { class: `side ${which}`, key: which },
    h(
      "span",
      { class: "team" },
      team,
      ball === team ? h("span", { class: "has-ball", title: "Has the ball" }, h("span", { class: "unseen" }, "has the ball")) : null,
    ),
    h("span", { class: "small quiet" }, which),
    h("span", { class: "points", "data-testid": which }, points),
  );
}

/** What is said until it is over. */
export function notices({ state, ui }) {
  const review = state.earlier ? Object.keys(state.reviews) : state.plays.filter((row) => row.review);
  return [
    ui.awaySince === null
      ? null
      : h(
          "p",
          { class: "notice", key: "away", "data-testid": "as-of" },
          `No connection: this is the game as of ${clockTime(ui.awaySince)}. It goes on by itself when the connection is back.`,
        ),
    state.inconsistent.length
      ? h(
          "p",
          { class: "notice bad-edge", key: "inconsistent", "data-testid": "inconsistent" },
          `${inconsistentWords(state)}. Both are shown as they came.`,
        )
      : null,
    review.length
      ? h(
          "p",
          { class: "notice", key: "review", "data-testid": "review" },
          review.length === 1
            ? "A play is under review; its statistics do not count meanwhile."
            : `${review.length} plays are under review; their statistics do not count meanwhile.`,
        )
      : null,
  ];
}
