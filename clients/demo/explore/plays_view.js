/** The plays of a question, each with its situation, what came of it, and the way to its game. Pure. */
import { h, memo } from "../parts/view.js";
import { measureWords, situationWords, valueWords, whenWords } from "./words.js";

const BADGES = ["touchdown", "interception", "fumble_lost", "safety", "field_goal_good", "field_goal_missed", "blocked", "downs", "big"];
const GOOD = new Set(["touchdown", "field_goal_good", "big"]);

export function playsView({ ui }, act) {
  const { plays, next, games, moreBusy } = ui;
  if (plays === null) return null;
  return h(
    "section",
    { class: "found", key: "plays", "aria-label": "Plays" },
    h(
      "ol",
      { "data-testid": "plays" },
      plays.map((play) => memo("li", `${play.room} ${play.play}`, [play, games[play.room]], () => playView(play, games[play.room]))),
    ),
    next
      ? h("button", { class: "button older", type: "button", key: "more", "data-testid": "more", disabled: moreBusy, onclick: act.more }, moreBusy ? "Loading" : "More plays")
      : null,
  );
}

function playView(play, game) {
  const badge = BADGES.find((one) => play.results.includes(one));
  return h(
    "li",
    { class: "play" },
    h(
      "p",
      { class: "where" },
      h("b", {}, play.offence || "–"),
      play.defence ? h("span", { class: "quiet" }, ` against ${play.defence}`) : null,
      h("span", { class: "quiet small" }, [situationWords(play), whenWords(play)].filter(Boolean).map((words) => ` · ${words}`)),
    ),
    h(
      "p",
      { class: "came" },
      play.yards === null ? h("span", { class: "quiet" }, valueWords("kinds", play.kind)) : h("b", {}, `${String(play.yards).replace("-", "−")} yd`),
      play.epa === null ? null : h("span", { class: "quiet small" }, ` EPA ${measureWords("epa", play.epa)}`),
    ),
    h("p", { class: "said" }, badge ? h("span", { class: "badge", "data-good": GOOD.has(badge) ? "yes" : null }, valueWords("results", badge)) : null, play.text || "Nothing is said of it."),
    h(
      "p",
      { class: "small quiet source" },
      [play.season ? `Season ${play.season}` : "", play.week ? `week ${play.week}` : "", play.formation ? valueWords("formations", play.formation) : ""].filter(Boolean).join(" · "),
      game ? h("a", { class: "game", href: game.path, "data-testid": "to-game" }, game.name) : play.game ? h("span", {}, `Game ${play.game}`) : null,
    ),
  );
}
