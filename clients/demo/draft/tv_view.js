/** For a television: no tools, text that is read from four metres. Pure. */
import { h } from "../parts/view.js";
import { aboutPlayer, position, tintOf } from "./bits.js";
import { gridView } from "./grid_view.js";
import { cellName, comingCells, isAuction, ownerOf, playerIn, settingsOf, teamOf } from "./reading.js";
import { extremes, latestPicks, signed, teamWorths } from "./recap_view.js";
import { beginsWords, howWords, turnWords } from "./words.js";

export function tvView(model, act) {
  const { state, room, link } = model;
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
    clock(model),
    state.phase === "ended" ? best(model) : latestPick(model),
    next.length && state.phase !== "ended"
      ? h("p", { class: "tv-next quiet cut", key: "next" }, "Next: ", next.map((n) => teamOf(state, ownerOf(state, n)).name).join(" · "))
      : null,
    gridView({ ...model, mine: null }, act),
  );
}

/** Who is on the clock; of a pause first that it is one. */
function clock({ state, serverNow }) {
  const { turn, phase } = state;
  const place = !turn ? null : isAuction(state) ? `Sale ${turn.n}` : `Pick ${turn.n}, ${cellName(state, turn.n)}`;
  const { start_at: at } = settingsOf(state);
  const paused = phase === "paused" && turn;
  return h(
    "section",
    { class: "tv-clock", key: "clock", "aria-label": "On the clock", "data-phase": phase },
    h(
      "div",
      { class: "grow" },
      turn ? h("p", { class: "quiet cut" }, paused ? `${place} · ${turnWords(state)}` : place) : null,
      h("p", { class: "who cut" }, paused ? "Paused by the commissioner" : turnWords(state)),
      phase === "waiting" && at !== null ? h("p", { class: "quiet cut" }, beginsWords({ start_at: at })) : null,
    ),
    turn ? h("draft-clock", { ".model": { turn, phase, now: serverNow } }) : null,
  );
}

function latestPick({ state, names }) {
  const [latest] = latestPicks(state, 1);
  const player = latest ? playerIn(state, latest.player) : null;
  return h(
    "section",
    { class: "tv-latest", key: "latest", "aria-label": "Latest pick", "data-tint": player ? tintOf(player.positions[0]) : null },
    player
      ? [
          position(player),
          h("span", { class: "grow cut", key: "who" }, h("b", {}, player.name), h("span", { class: "quiet cut about" }, aboutPlayer(player))),
          h("span", { class: "quiet", key: "how" }, `${teamOf(state, latest.seat).name}${latest.price === undefined ? "" : `, $${latest.price}`}, ${howWords(latest, names)}`),
        ]
      : h("span", { class: "quiet" }, "No pick yet"),
  );
}

/** The recap in three cards: the best pick, the worst, the best team. */
function best({ state }) {
  const auction = isAuction(state);
  const { steals, reaches } = extremes(state);
  const [team] = teamWorths(state);
  const than = auction ? "against value" : "against ADP";
  const pick = (title, one) =>
    one &&
    card(title, one.player.name, `${teamOf(state, one.pick.seat).name} · ${signed(one.worth, auction)} ${than}`, tintOf(one.player.positions[0]));
  const cards = [
    pick("Steal of the draft", steals[0]),
    pick("Reach of the draft", reaches[0]),
    team?.count ? card("Best draft", teamOf(state, team.seat).name, `${signed(team.sum, auction)} ${than}`, null) : null,
  ].filter(Boolean);
  return cards.length ? h("section", { class: "tv-best", key: "latest", "aria-label": "Recap" }, cards) : null;
}

const card = (title, who, about, tint) =>
  h(
    "div",
    { key: title, class: "tv-card", "data-tint": tint },
    h("span", { class: "quiet" }, title),
    h("b", { class: "cut" }, who),
    h("span", { class: "quiet cut" }, about),
  );
