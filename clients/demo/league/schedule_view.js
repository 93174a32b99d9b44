/** Who plays whom in which week, and how it ended. Pure. */
import { h } from "../parts/view.js";
import { currentWeek, pointsWords, teamName } from "./reading.js";

/** All weeks that have matchups; of somebody with teams, theirs alone. */
export function scheduleView({ state, own }) {
  const weeks = Object.keys(state.schedule).map(Number).sort((a, b) => a - b);
  const rows = weeks.flatMap((week) => rowsOf(state, week, own));
  if (rows.length === 0) return null;
  return h(
    "section",
    { class: "schedule", key: "schedule", "aria-labelledby": "schedule" },
    h("h2", { id: "schedule" }, own.length ? "Your schedule" : "Schedule"),
    h("ul", { "data-testid": "schedule", "data-scrolls": "yes", tabindex: 0, "aria-labelledby": "schedule" }, rows),
  );
}

function rowsOf(state, week, own) {
  const results = state.weeks[week]?.results ?? [];
  return state.schedule[week]
    .map((teams, n) => ({ teams, result: results[n] }))
    .filter(({ teams }) => own.length === 0 || teams.some((team) => own.includes(team)))
    .map(({ teams: [home, away], result }) =>
      h(
        "li",
        { key: `${week}/${home}`, "data-now": week === currentWeek(state) ? "yes" : null },
        h("span", { class: "quiet small" }, `Week ${week}`),
        h("span", { class: "cut" }, `${teamName(state, home)} – ${teamName(state, away)}`),
        h("span", {}, result ? `${pointsWords(result.home)} : ${pointsWords(result.away)}` : ""),
      ),
    );
}
