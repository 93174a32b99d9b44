/** What is on in the demo, and what is over, for whoever comes by. Pure. */
import { h } from "../parts/view.js";

/**
 * @typedef {{name: string, path: string}} Offer
 * @param {{game: Offer | null, league: Offer | null, meet?: Offer | null, match?: Offer | null, over?: Offer[]}} state
 */
export function demoGame({ game, league, meet = null, match = null, over = [] }) {
  if (!game) return null;
  return h(
    "section",
    { "aria-labelledby": "live-game", key: "live-game" },
    h("h2", { id: "live-game" }, league ? "A game to follow, and a league" : "A game to follow"),
    h(
      "ul",
      { class: "boards", "data-testid": "live-game" },
      offer(game, "football, play by play · made up for the demo", "live-football"),
      match ? offer(match, "soccer, on its pitch · made up for the demo", "live-match") : null,
      league ? offer(league, "its matchups, live · made up for the demo", "live-league") : null,
      meet ? offer(meet, "start lists, laps, results, records · made up for the demo", "demo-meet") : null,
      over.map((one, i) => offer(one, "football, over · to be watched from its start", `over-${i + 1}`)),
    ),
  );
}

function offer({ name, path }, about, key) {
  return h(
    "li",
    { key },
    h("a", { href: path, class: "stacked", "data-testid": key }, h("span", { class: "name cut" }, name), h("span", { class: "quiet small" }, about)),
  );
}
