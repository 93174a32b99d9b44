/** For a television: no tools, text that is read from four metres. Pure. */
import { h } from "../parts/view.js";
import { aboutPlayer, position, tintOf } from "./bits.js";
import { gridView } from "./grid_view.js";
import { cellName, comingCells, isAuction, ownerOf, playerIn, teamOf } from "./reading.js";
import { latestPicks } from "./recap_view.js";
import { howWords, turnWords } from "./words.js";

export function tvView(model, act) {
  const { state, room, link, serverNow, names } = model;
  const { turn, phase } = state;
  const [latest] = latestPicks(state, 1);
  const player = latest ? playerIn(state, latest.player) : null;
  const next = comingCells(state).slice(0, 4);
  return h(
    "main",
    { class: "draft tv", key: "tv", "data-testid": "tv" },
    h(
      "header",
      { class: "tv-top", key: "top" },
      h("h1", { class: "cut" }, room.name),
      h("connection-pill", { ".model": link, "onretry-now": act.retryNow }),
    ),
    h(
      "section",
      { class: "tv-clock", key: "clock", "aria-label": "On the clock", "data-phase": phase },
      h(
        "div",
        { class: "grow" },
        turn ? h("p", { class: "quiet" }, phase === "paused" ? "Paused · " : null, isAuction(state) ? `Sale ${turn.n}` : `Pick ${turn.n}, ${cellName(state, turn.n)}`) : null,
        h("p", { class: "who cut" }, turnWords(state)),
      ),
      turn ? h("draft-clock", { ".model": { turn, phase, now: serverNow } }) : null,
    ),
    h(
      "section",
      { class: "tv-latest", key: "latest", "aria-label": "Latest pick", "data-tint": player ? tintOf(player.positions[0]) : null },
      player
        ? [
            position(player),
            h("span", { class: "grow cut", key: "who" }, h("b", {}, player.name), h("span", { class: "quiet cut about" }, aboutPlayer(player))),
            h("span", { class: "quiet", key: "how" }, `${teamOf(state, latest.seat).name}${latest.price === undefined ? "" : `, $${latest.price}`}, ${howWords(latest, names)}`),
          ]
        : h("span", { class: "quiet" }, "No pick yet"),
    ),
    next.length && phase !== "ended"
      ? h("p", { class: "tv-next quiet cut", key: "next" }, "Next: ", next.map((n) => teamOf(state, ownerOf(state, n)).name).join(" · "))
      : null,
    gridView({ ...model, mine: null }, act),
  );
}
