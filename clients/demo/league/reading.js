/** What the state of a league and its scores say to a person. Pure. */
import { gamesOf, lockedAt, standingsOf, teamsOf, weeksOf } from "/js/kinds/league.js";

/** "12.80" of hundredths. */
export function pointsWords(hundredths) {
  const size = Math.abs(hundredths);
  return `${hundredths < 0 ? "-" : ""}${Math.floor(size / 100)}.${String(size % 100).padStart(2, "0")}`;
}

export function changeWords(hundredths) {
  return hundredths > 0 ? `+${pointsWords(hundredths)}` : pointsWords(hundredths);
}

/** The week that is on: the first without results that has matchups, else the last that has any. */
export function currentWeek(state) {
  const scheduled = Object.keys(state.schedule).map(Number).filter((week) => state.schedule[week].length);
  return scheduled.find((week) => !state.weeks[week]) ?? scheduled.at(-1) ?? 1;
}

/** Every week that can be shown. */
export function weeksToShow(state) {
  return Array.from({ length: weeksOf(state) }, (_, n) => n + 1);
}

export function teamName(state, team) {
  return state.teams[team]?.name ?? `Team ${team}`;
}

/** The teams that an account sets the line-ups of. */
export function ownTeams(state, account) {
  return teamsOf(state).filter((team) => state.teams[team]?.owners.includes(account));
}

/** Whether the account may set a team's line-up (SPEC LE6). */
export function mayManage(state, team, { account, role }) {
  return role === "owner" || (role === "editor" && ownTeams(state, account).includes(team));
}

/** Where a week stands: as the server told, else as results say; empty: not known yet. */
export function phaseOf(state, week, scores) {
  if (scores?.week === week) return scores.phase;
  return state.weeks[week]?.state ?? "";
}

/** A matchup's numbers, one's own first, else in their order. */
export function matchupOrder(state, week, account) {
  const own = ownTeams(state, account);
  const all = (state.schedule[week] ?? []).map((teams, n) => ({ number: n + 1, teams }));
  const isOwn = ({ teams }) => teams.some((team) => own.includes(team));
  return [...all.filter(isOwn), ...all.filter((one) => !isOwn(one))].map((one) => ({ ...one, own: isOwn(one) }));
}

/** The games of a week, each with where the server says it is. */
export function gamesOfWeek(state, week, scores) {
  const told = scores?.week === week ? scores.games : {};
  return gamesOf(state, week).map((game) => ({ game, told: told[game.id] }));
}

/** The game that a player's team has in a week. */
export function gameOf(state, week, team) {
  return gamesOf(state, week).find(({ home, away }) => team && (home === team || away === team)) ?? null;
}

/**
 * Where a player is in his week: `none` has no game, `yet`, `playing`, `done`.
 * @returns {{at: "none" | "yet" | "playing" | "done", words: string}}
 */
export function statusOf(state, week, team, scores) {
  const game = gameOf(state, week, team);
  if (game === null) return { at: "none", words: "No game" };
  const told = scores?.week === week ? scores.games[game.id] : undefined;
  const versus = game.home === team ? game.away : `at ${game.home}`;
  switch (told?.phase) {
    case "final":
      return { at: "done", words: `${versus} · final` };
    case "live":
      return { at: "playing", words: `${versus} · ${clockWords(told)}` };
    default:
      return { at: "yet", words: `${versus} · ${kickoffWords(game.kickoff)}` };
  }
}

/** "Q2 03:12" */
export function clockWords({ quarter = 0, clock = "" }) {
  if (!quarter) return "live";
  return `${quarter > 4 ? "OT" : `Q${quarter}`} ${clock}`.trim();
}

/** "Sun 19:15" */
export function kickoffWords(at) {
  if (!at) return "no time yet";
  const date = new Date(at);
  const day = date.toLocaleDateString([], { weekday: "short" });
  return `${day} ${date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
}

/** How many of a side's starters have their game before them, and are in it. */
export function leftOf(state, week, side, scores) {
  const at = side.starters.filter(({ player }) => player).map(({ team }) => statusOf(state, week, team, scores).at);
  const count = (wanted) => at.filter((one) => one === wanted).length;
  return { yet: count("yet"), playing: count("playing") };
}

export function leftWords({ yet, playing }) {
  if (!yet && !playing) return "all done";
  return [playing ? `${playing} playing` : "", yet ? `${yet} yet to play` : ""].filter(Boolean).join(", ");
}

/** A player's lock in a week: since or from when, and whether it holds now. */
export function lockOf(state, week, player, now) {
  const at = lockedAt(state, week, player);
  return { at, locked: at !== null && at <= now };
}

/** Plays under review in the week's games. */
export function reviewsOf(scores) {
  return Object.values(scores?.games ?? {}).reduce((sum, { reviews = 0 }) => sum + reviews, 0);
}

/** The table: with a week that is on as if it ended now. @returns {{rows: any[], live: boolean}} */
export function tableOf(state, week, scores) {
  const told = scores?.week === week && ["live", "provisional"].includes(scores.phase) && !state.weeks[week];
  const matchups = told ? (state.schedule[week] ?? []).map((_, n) => scores.matchups[n + 1]) : [];
  if (!told || matchups.some((one) => !one)) return { rows: state.standings, live: false };
  const results = matchups.map(({ home, away }) => ({ home: home.points, away: away.points }));
  return { rows: standingsOf(state, { ...state.weeks, [week]: { results } }), live: true };
}

/** The whole score of a matchup, or its result where nothing was told yet. */
export function matchupOf(state, week, number, scores) {
  return scores?.week === week ? (scores.matchups[number] ?? null) : null;
}
