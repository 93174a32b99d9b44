/** What this page calls things: conditions, groups, measures, and why a question has no answer. Pure. */
import { MEASURES } from "./question.js";

export const NAMES = {
  seasons: "Season", weeks: "Week", teams: "Team", offences: "Offence", defences: "Defence", players: "Player", roles: "As",
  downs: "Down", distances: "To go", zones: "Field", quarters: "Quarter", states: "Score", kinds: "Play", results: "Result",
  formations: "Formation", personnel: "Personnel", feeds: "Game",
};
export const RANGES = {
  yards: ["Yards gained", ""], to_go: ["Yards to go", ""], field: ["Yards to the goal line", ""], score: ["Ahead by", "points"],
  clock: ["Left in the quarter", "s"], drive: ["Drive", ""], epa: ["Expected points added", ""],
};
const DOWNS = ["No down", "1st", "2nd", "3rd", "4th"];
const VALUES = {
  distances: { short: "Short", medium: "Medium", long: "Long" },
  zones: { backed_up: "Own 10", own: "Own half", opponent: "Their half", red: "Red zone", goal_to_go: "Goal to go" },
  states: { leading: "Leading", tied: "Tied", trailing: "Trailing", one_score: "One score" },
  kinds: {
    run: "Run", pass: "Pass", sack: "Sack", punt: "Punt", kickoff: "Kick-off", field_goal: "Field goal", extra_point: "Extra point",
    two_point: "Two-point try", penalty: "Penalty", other: "Other",
  },
  results: {
    touchdown: "Touchdown", first_down: "First down", big: "Big play", complete: "Complete", interception: "Interception",
    fumble_lost: "Fumble lost", fumble: "Fumble", sack: "Sack", downs: "Turnover on downs", penalty: "Penalty", points: "Points",
    field_goal_good: "Field goal good", field_goal_missed: "Field goal missed", blocked: "Blocked", safety: "Safety",
    no_huddle: "No huddle",
  },
  roles: { passer: "Passer", rusher: "Runner", receiver: "Receiver", kicker: "Kicker", returner: "Returner", defender: "Defender" },
};
/** What short, medium and long are. */
export const HINTS = { short: "1 to 3 yards", medium: "4 to 6 yards", long: "7 yards and more", one_score: "8 points either way", big: "a run of 10, a pass of 20 yards" };
export const GROUP_NAMES = {
  offence: "Offence", defence: "Defence", player: "Player", formation: "Formation", personnel: "Personnel", kind: "Play", down: "Down",
  quarter: "Quarter", week: "Week", season: "Season", game: "Game", yards: "Yards", field: "Yards to the goal line",
};
/** The condition that a group is. */
export const CONDITION_OF = {
  offence: "offences", defence: "defences", player: "players", formation: "formations", personnel: "personnel", kind: "kinds", down: "downs",
  quarter: "quarters", week: "weeks", season: "seasons",
};
export const MEASURE_NAMES = {
  plays: "Plays", yards: "Yards a play", success: "Success", epa: "EPA a play", touchdowns: "Touchdowns", turnovers: "Turnovers",
  first_downs: "First downs", keys: "In their order",
};
export const SORT_NAMES = { newest: "Newest", yards: "Yards", epa: "EPA", to_go: "Yards to go", field: "Yards to the goal line", clock: "Clock", score: "Ahead by" };
export const SHOW_NAMES = { groups: "Groups", spread: "Spread", scatter: "Scatter", plays: "Plays" };

/** "I form" of I_FORM */
const spoken = (code) => {
  const text = String(code).replaceAll("_", " ").toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** A value of a condition. @param {Record<string, string>} [people] id to name */
export function valueWords(name, value, people = {}) {
  if (name === "downs") return DOWNS[value] ?? String(value);
  if (name === "quarters") return value >= 5 ? "Overtime" : value === 0 ? "Not said" : `Q${value}`;
  if (name === "weeks") return value === 0 ? "No week" : `Week ${value}`;
  if (name === "seasons") return value === 0 ? "No season" : `Season ${value}`;
  if (name === "formations") return value === "" ? "Not said" : spoken(value);
  if (name === "players") return people[value] ?? String(value);
  if (name === "feeds") return "This game";
  return VALUES[name]?.[value] ?? (value === "" ? "Not said" : String(value));
}

/** A group of sums: "Week 3", "Pass". */
export function keyWords(by, sum) {
  if (by === "player") return sum.name || String(sum.by.player);
  return valueWords(CONDITION_OF[by] ?? by, sum.by[by]);
}

/** "12.3", "44 %", "+0.12"; "–" where nobody can know it. */
export function measureWords(measure, value) {
  if (value === null || value === undefined) return "–";
  if (measure === "success") return `${(100 * value).toFixed(0)} %`;
  if (measure === "yards") return value.toFixed(1);
  if (measure === "epa") return `${value > 0 ? "+" : ""}${(value / MEASURES.epa).toFixed(2)}`.replace("-", "−");
  return String(value);
}

/** What a sum has of a measure. */
export function measureOf(sum, measure) {
  return { yards: sum.yards_average, success: sum.success_rate, epa: sum.epa_average }[measure] === undefined
    ? (sum[measure] ?? null)
    : { yards: sum.yards_average, success: sum.success_rate, epa: sum.epa_average }[measure];
}

/** "yards 20 to 30", "Ahead by 1 and more" */
export function rangeWords(measure, [low, high]) {
  const [name, unit] = RANGES[measure];
  const said = low === null ? `up to ${high}` : high === null ? `${low} and more` : low === high ? `${low}` : `${low} to ${high}`;
  return `${name}: ${said}${unit ? ` ${unit}` : ""}`;
}

/** Everything that is asked of a play: what to press away and what it says. */
export function conditionsOf({ where, ranges, twoMinute }, people = {}) {
  const lists = Object.entries(where).flatMap(([name, values]) =>
    values.map((value) => {
      const said = valueWords(name, value, people);
      if (name === "downs" || name === "distances") return { key: `${name} ${value}`, name, value, words: `${said}${name === "downs" ? " down" : " to go"}` };
      const words = name === "offences" ? `${said} has the ball` : name === "defences" ? `against ${said}` : said;
      return { key: `${name} ${value}`, name, value, words };
    }),
  );
  const measures = Object.entries(ranges).map(([name, range]) => ({ key: `range ${name}`, name: "range", value: name, words: rangeWords(name, range) }));
  return [...lists, ...measures, ...(twoMinute ? [{ key: "two", name: "two", value: null, words: "Last two minutes of a half" }] : [])];
}

/** The question in words, for the title and for who listens. */
export function questionWords(question, people = {}) {
  const what = conditionsOf(question, people).map(({ words }) => words).join(", ") || "All plays";
  const by = question.by.map((one) => GROUP_NAMES[one].toLowerCase()).join(" and ");
  return by ? `${what}, by ${by}` : what;
}

export const countWords = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** "14:02" */
export const clockTime = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

/** "3rd and 7, own 20" */
export function situationWords(play) {
  const down = play.down ? `${DOWNS[play.down]} and ${play.field !== null && play.to_go >= play.field ? "goal" : play.to_go}` : "";
  return [down, spotWords(play.field)].filter(Boolean).join(", ");
}

/** Of yards to the other goal line. */
export function spotWords(field) {
  if (field === null) return "";
  return field === 50 ? "midfield" : field > 50 ? `own ${100 - field}` : `their ${field}`;
}

/** "Q2 12:01" */
export function whenWords({ quarter, clock }) {
  const left = clock === null ? "" : ` ${Math.floor(clock / 60)}:${String(clock % 60).padStart(2, "0")}`;
  return `${valueWords("quarters", quarter)}${left}`;
}

/** Why there is no answer, and what to do. @param {{status: number, message: string, detail?: any}} error */
export function problemOf(error, question) {
  if (error.status === 0) return { kind: "offline", text: "The server cannot be reached. The question is asked again when the connection is back." };
  if (error.status === 404 && question.where.feeds)
    return { kind: "not-allowed", text: "This game is not among yours, or it is gone. Ask about all games, or open the game by its link first." };
  if (error.status === 401) return { kind: "signed-out", text: "Signed out." };
  if (error.status === 403) return { kind: "not-allowed", text: "You may not ask this. Somebody who runs this server can say why." };
  if (error.status === 503)
    return { kind: "too-broad", text: "It could not be answered in time. Narrow it, by a season, a team or a down, or try again in a moment." };
  if (error.status === 422) return { kind: "invalid", text: `That makes no question: ${error.message}` };
  return { kind: "failed", text: error.message };
}
