/** The score of a match, and its pitch with the latest events or those of a moment. Pure. */
import { dimensionsOf, pitchView } from "../../board/pitch.js";
import { h } from "../../parts/view.js";
import { eventWords, matchWhen, minuteOf, phaseOfMatch, playerOf, sidesOf, spellOf, whatOf } from "./match_reading.js";

/** Teams, goals, where the match is. */
export function matchBug({ state, delay }, act) {
  const sides = sidesOf(state);
  const side = (one) =>
    h(
      "div",
      { class: `side ${one.side === "home" ? "away" : "home"}`, key: one.side },
      h("span", { class: "team cut", title: one.name }, one.name),
      h("span", { class: "small quiet" }, one.side),
      h("span", { class: "points", "data-testid": one.side }, one.score),
    );
  const kicks = sides.some((one) => one.kicks);
  return h(
    "section",
    { class: "bug match", key: "bug", "aria-label": "Score", "data-phase": phaseOfMatch(state), "data-testid": "bug" },
    sides.length ? side(sides[0]) : null,
    h(
      "div",
      { class: "when", key: "when" },
      h("p", { class: "game-clock", "data-testid": "game-clock" }, matchWhen(state)),
      kicks ? h("p", { class: "small quiet" }, `${sides[0].kicks}–${sides[1].kicks} from the mark`) : null,
    ),
    sides.length ? side(sides[1]) : null,
    delay
      ? h(
          "button",
          { class: "button tiny behind", type: "button", key: "behind", "data-testid": "behind", onclick: () => act.side("delay") },
          `${delay} s behind`,
        )
      : null,
  );
}

/** The pitch: an arrow for each event with two places, and whoever began the last of them. */
export function matchPitch({ state, ui }) {
  const settings = { sport: "soccer", length_mm: state.header?.length_mm ?? 105_000, width_mm: state.header?.width_mm ?? 68_000 };
  const { length, width, margin } = dimensionsOf(settings);
  const spell = phaseOfMatch(state) === "live" || ui.moment ? spellOf(state, ui.moment) : spellOf(state, lastGoal(state));
  const last = spell.at(-1);
  const box = [-length / 2 - margin, -width / 2 - margin, length + 2 * margin, width + 2 * margin].map(Math.round);
  const words = last ? `${minuteOf(last)} ${whatOf(last)} ${eventWords(state, last)}`.trim() : "";
  return h(
    "figure",
    { class: "field-box", key: "field", "data-testid": "field" },
    h(
      "svg",
      { class: "field match-pitch", viewBox: box.join(" "), role: "img", "aria-label": words ? `The pitch; ${words}` : "The pitch; nothing is drawn" },
      pitchView(settings),
      h(
        "g",
        { "aria-hidden": "true", key: "spell" },
        spell.map((play) => eventMark(play, play === last)),
        last ? player(state, last) : null,
      ),
    ),
    words ? h("figcaption", { class: "small quiet", "data-testid": "drive" }, words) : null,
  );
}

const lastGoal = ({ plays }) => plays.findLast(({ play }) => play.goal_for && play.at && !play.deleted)?.play.id ?? null;

function eventMark({ id, at, to, sort, side, success }, last) {
  const marks = { class: "event", key: id, "data-sort": sort ?? "other", "data-side": side ?? "", "data-last": last ? "yes" : null };
  if (!to) return h("g", marks, h("circle", { cx: at[0], cy: at[1], r: 700 }));
  const d = `M${at[0]} ${at[1]}L${to[0]} ${to[1]}`;
  const angle = Math.atan2(to[1] - at[1], to[0] - at[0]);
  const wing = (turn) => `${Math.round(to[0] - 1900 * Math.cos(angle + turn))} ${Math.round(to[1] - 1900 * Math.sin(angle + turn))}`;
  return h(
    "g",
    marks,
    h("path", { class: "under", d }),
    h("path", { class: "way", d }),
    success === false && sort === "pass" ? null : h("path", { class: "head", d: `M${wing(0.45)}L${to[0]} ${to[1]}L${wing(-0.45)}` }),
    h("circle", { cx: at[0], cy: at[1], r: 600 }),
  );
}

function player(state, { at, player: key, side }) {
  const known = playerOf(state, key);
  const number = known?.number ?? "";
  return h(
    "g",
    { class: "player", key: "player", transform: `translate(${at[0]} ${at[1]})`, "data-side": side ?? "" },
    h("circle", { r: 1500 }),
    h("text", { y: 620 }, number),
  );
}
