/** The score and what happened in any sport: sides, points, a clock in the sport's own words. Pure. */
import { h, memo } from "../../parts/view.js";
import { olderView, withoutGap } from "../older.js";
import { clockTime, delayWords } from "../words.js";

const phase = ({ header, plays }) => (header === null ? (plays.length ? "live" : "empty") : (header.phase ?? "live"));

export function genericWhen(state) {
  switch (phase(state)) {
    case "empty":
      return "Nothing yet";
    case "pregame":
      return "Not begun";
    case "final":
      return "Final";
    default:
      return [state.header?.period, state.header?.clock].filter(Boolean).join(" · ") || "Live";
  }
}

export function genericScoreWords({ header }) {
  return (header?.sides ?? []).map(({ name, score = 0 }) => `${name} ${score}`).join(", ");
}

const sideName = ({ header }, key) => header?.sides.find((side) => side.key === key)?.name ?? key;

export function genericEntryWords(events, state, own) {
  const words = (item) => [sideName(state, item.side ?? ""), item.text].filter(Boolean).join(": ");
  const said = events.filter(({ type }) => type === "item.added").slice(-2).map(({ item }) => words(item));
  for (const { now } of events.filter(({ type }) => type === "item.corrected").slice(-2)) said.push(`Corrected: ${words(now)}`);
  const rowOf = (id) => state.plays.find(({ play }) => play.id === id)?.play;
  for (const { id } of events.filter(({ type }) => type === "play.deleted").slice(-2))
    if (rowOf(id)) said.push(`Taken out: ${words(rowOf(id))}`);
  if (events.some(({ type }) => type === "scoreboard.changed")) said.push(genericScoreWords(state));
  if (own) for (const { seconds } of events.filter(({ type }) => type === "delay.changed")) said.push(delayWords(seconds));
  return said;
}

/** Two sides face to face, more as a table. */
export function boardView({ state, delay }, act) {
  const sides = state.header?.sides ?? [];
  const behind = delay
    ? h("button", { class: "button tiny behind", type: "button", key: "behind", "data-testid": "behind", onclick: () => act.side("delay") }, `${delay} s behind`)
    : null;
  const when = h("div", { class: "when", key: "when" }, h("p", { class: "game-clock", "data-testid": "game-clock" }, genericWhen(state)));
  const attributes = { key: "bug", "aria-label": "Score", "data-phase": phase(state), "data-testid": "bug" };
  if (sides.length === 2)
    return h(
      "section",
      { class: "bug match", ...attributes },
      ...[sides[0], null, sides[1]].map((side, i) =>
        side === null
          ? when
          : h(
              "div",
              { class: `side ${i === 0 ? "away" : "home"}`, key: side.key },
              h("span", { class: "team cut", title: side.name }, side.name),
              h("span", { class: "points" }, side.score ?? 0),
            ),
      ),
      behind,
    );
  return h(
    "section",
    { class: "bug many", ...attributes },
    when,
    h(
      "ol",
      { class: "ranking" },
      sides
        .toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0))
        .map(({ key, name, score = 0 }) => h("li", { key }, h("span", { class: "cut" }, name), " ", h("b", {}, score))),
    ),
    behind,
  );
}

export function genericItems({ state, ui }, act) {
  const sorts = [...new Set(state.plays.map(({ play }) => play.sort ?? "").filter(Boolean))].sort();
  const { what, team } = ui.wanted;
  const wanted = withoutGap(state).filter(({ play }) => (what === "all" || play.sort === what) && (!team || play.side === team));
  const shown = wanted.slice(-ui.shown);
  const left = wanted.length - shown.length;
  const chip = (value, words) =>
    h("button", { class: "button tiny", type: "button", key: value, "aria-pressed": String(what === value), onclick: () => act.want({ what: value }) }, words);
  return h(
    "section",
    { class: "plays", key: "plays", "aria-label": "What happened" },
    sorts.length
      ? h("div", { class: "filters", key: "filters", role: "group", "aria-label": "Which" }, h("div", { class: "chips", "data-scrolls": true }, chip("all", "Everything"), sorts.map((sort) => chip(sort, sort))))
      : null,
    state.plays.length ? null : h("div", { class: "empty", key: "empty", "data-testid": "empty" }, h("h2", {}, "Nothing yet"), h("p", { class: "quiet" }, "What happens stands here as it is reported, the newest first.")),
    h(
      "ol",
      { reversed: true, class: "drive", key: "items" },
      shown.toReversed().map((row) => memo("li", row.play.id, [row, state.header], () => itemView(row, state))),
    ),
    olderView({ state, ui, left, noun: "items" }, act),
  );
}

function itemView({ play, review, was, corrected_at: at }, state) {
  const mark = play.deleted ? "deleted" : review ? "review" : was ? "corrected" : null;
  return h(
    "li",
    { class: "play", "data-play": play.id, "data-state": mark, "data-tone": play.points && !play.deleted ? "score" : null },
    h(
      "p",
      { class: "about small" },
      h("span", { class: "quiet" }, [play.period ? `Period ${play.period}` : "", play.clock].filter(Boolean).join(" · ")),
      play.side ? h("span", { class: "quiet" }, sideName(state, play.side)) : null,
      play.sort ? h("span", { class: "quiet" }, play.sort) : null,
      mark === "deleted" ? h("b", { class: "mark bad" }, "Taken out") : null,
      review ? h("b", { class: "mark warn" }, "Under review") : null,
      was ? h("b", { class: "mark warn" }, `Corrected ${clockTime(at)}`) : null,
      play.points && !play.deleted ? h("b", { class: "mark good" }, play.points > 0 ? `+${play.points}` : play.points) : null,
    ),
    play.deleted ? h("del", { class: "text" }, play.text) : h("p", { class: "text" }, play.text),
    was?.text ? h("p", { class: "small" }, h("del", {}, h("span", { class: "unseen" }, "was "), was.text)) : null,
    was && "points" in was ? h("p", { class: "small quiet" }, `Was ${was.points} points`) : null,
  );
}
