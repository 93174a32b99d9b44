/** The game of the demo that is on, and its league, for whoever comes by. Pure. */
import { h } from "../parts/view.js";

/** @param {{game: {name: string, path: string} | null, league: {name: string, path: string} | null, meet?: {name: string, path: string} | null}} state */
export function demoGame({ game, league, meet = null }) {
  if (!game) return null;
  return h(
    "section",
    { "aria-labelledby": "live-game", key: "live-game" },
    h("h2", { id: "live-game" }, league ? "A game to follow, and a league" : "A game to follow"),
    h(
      "ul",
      { class: "boards", "data-testid": "live-game" },
      h(
        "li",
        {},
        h(
          "a",
          { href: game.path, class: "stacked" },
          h("span", { class: "name cut" }, game.name),
          h("span", { class: "quiet small" }, "play by play · made up for the demo"),
        ),
      ),
      league
        ? h(
            "li",
            { key: "league" },
            h(
              "a",
              { href: league.path, class: "stacked", "data-testid": "live-league" },
              h("span", { class: "name cut" }, league.name),
              h("span", { class: "quiet small" }, "its matchups, live · made up for the demo"),
            ),
          )
        : null,
      meet
        ? h(
            "li",
            { key: "meet" },
            h(
              "a",
              { href: meet.path, class: "stacked", "data-testid": "demo-meet" },
              h("span", { class: "name cut" }, meet.name),
              h("span", { class: "quiet small" }, "start lists, results, records · made up for the demo"),
            ),
          )
        : null,
    ),
  );
}
