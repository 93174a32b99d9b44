/**
 * What a feed's state means for its page: scores, drives, places on the field, what a correction
 * changed. Pure.
 */
import { badgeOf, gainedOf, isBig, isPass, isPenalty, isTurnover, lineWords, pointsOf } from "./stats.js";

const ORDINALS = ["", "1st", "2nd", "3rd", "4th"];
const FIELD = 100;

/** @returns {{team: string, points: number}[]} away first, as games are named */
export function scoresOf({ header }) {
  if (header === null) return [];
  const { away, home, away_score = 0, home_score = 0 } = header;
  return [
    { team: away, points: away_score },
    { team: home, points: home_score },
  ];
}

export const phaseOf = ({ header, plays }) =>
  header === null ? (plays.length ? "live" : "empty") : (header.phase ?? "live");

export function quarterWords(quarter = 0) {
  if (quarter === 0) return "";
  return quarter > 4 ? (quarter === 5 ? "OT" : `OT ${quarter - 4}`) : `Q${quarter}`;
}

/** "12:01", whatever a source left out. */
export function clockWords(clock = "") {
  return clock.startsWith(":") ? `0${clock}` : clock;
}

/** "3rd & 4 at IND 30"; "" where there is no down. */
export function situationWords({ down = 0, to_go = 0, yard_line = "" }, header) {
  if (down === 0) return "";
  const place = placeOf(header, yard_line);
  const goal = place !== null && Math.min(place, FIELD - place) === to_go;
  return `${ORDINALS[down]} & ${goal ? "goal" : to_go}${yard_line ? ` at ${yard_line}` : ""}`;
}

/** Yards from the away team's goal line; null: not said. The away team's own half is on the left. */
export function placeOf(header, yardLine = "") {
  if (yardLine === "50") return FIELD / 2;
  const [, team, yards] = /^([A-Z]{2,3}) (\d{1,2})$/u.exec(yardLine) ?? [];
  if (header === null || (team !== header.away && team !== header.home)) return null;
  return team === header.away ? Number(yards) : FIELD - Number(yards);
}

/** The latest play that is there. */
export function latest({ plays }) {
  return plays.findLast(({ play }) => !play.deleted) ?? null;
}

/** Plays that belong together: drive after drive, as they went. @returns {{key: string, rows: any[]}[]} */
export function drivesOf(plays) {
  const drives = [];
  for (const row of plays) {
    const last = drives.at(-1);
    if (last && last.drive === (row.play.drive ?? 0)) last.rows.push(row);
    else drives.push({ drive: row.play.drive ?? 0, key: `${row.play.drive ?? 0}/${row.play.id}`, rows: [row] });
  }
  return drives;
}

/** Points by quarter, as plays make them. @returns {{quarters: number[], teams: {team: string, points: number[], total: number}[]}} */
export function lineScore(state) {
  const scores = scoresOf(state);
  const last = Math.max(4, ...state.plays.map(({ play }) => play.quarter ?? 0));
  const quarters = Array.from({ length: last }, (_, i) => i + 1);
  const made = (team, quarter) =>
    state.plays
      .filter(({ play }) => (play.quarter ?? 0) === quarter)
      .reduce((sum, { play }) => sum + (pointsOf(play)[team] ?? 0), 0);
  const teams = scores.map(({ team, points }) => ({ team, points: quarters.map((one) => made(team, one)), total: points }));
  return { quarters, teams };
}

/** Who has the ball in a drive: whoever has most of its downs; "": nobody yet. */
export function teamOf(rows) {
  const counts = new Map();
  for (const { play } of rows)
    if (play.down && play.possession) counts.set(play.possession, (counts.get(play.possession) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "";
}

/** @returns {{team: string, plays: number, yards: number, result: string, open: boolean}} */
export function driveSummary(rows) {
  const there = rows.filter(({ play }) => !play.deleted);
  const team = teamOf(there);
  const downs = there.filter(({ play }) => play.down && gainedOf(play) !== null);
  const yards = downs.reduce((sum, { play }) => sum + (gainedOf(play) ?? 0), 0);
  const ended = there.map(({ play }) => badgeOf(play)).findLast((badge) => badge && ENDS.has(badge.words));
  return { team, plays: downs.length, yards, result: ended?.words ?? "", open: !ended };
}

const ENDS = new Set([
  ...["Touchdown", "Field goal", "Safety", "Intercepted", "Fumble lost", "Turnover on downs"],
  ...["Field goal missed", "Punt"],
]);

export function driveWords(rows) {
  const { team, plays, yards, result } = driveSummary(rows);
  if (!team) return "";
  return [
    `${team} drive`,
    `${plays} ${plays === 1 ? "play" : "plays"}, ${yards} ${Math.abs(yards) === 1 ? "yard" : "yards"}`,
    result,
  ]
    .filter(Boolean)
    .join(" · ");
}

/**
 * What the field shows: the downs of the drive that the latest play is in, each from where it began
 * to where it ended.
 * @returns {{team: string, toRight: boolean, rows: any[], legs: {id: number, from: number, to: number | null,
 *   sort: "run" | "pass", review: boolean, last: boolean}[], ball: number | null}}
 */
export function driveOnField(state) {
  const drive = drivesOf(state.plays.filter(({ play }) => !play.deleted)).at(-1);
  const rows = drive?.rows ?? [];
  const team = teamOf(rows);
  const toRight = team === state.header?.away;
  const downs = rows.filter(({ play }) => play.down && placeOf(state.header, play.yard_line) !== null);
  const legs = downs.map(({ play, review }, i) => {
    const from = placeOf(state.header, play.yard_line);
    const next = downs[i + 1];
    const gained = gainedOf(play);
    const own = gained === null ? null : within(from + (toRight ? gained : -gained));
    const to = next ? placeOf(state.header, next.play.yard_line) : own;
    const sort = isPass(play) ? "pass" : "run";
    return { id: play.id, from, to, sort, review, last: i === downs.length - 1 };
  });
  const end = legs.at(-1);
  return { team, toRight, rows, legs, ball: end ? (end.to ?? end.from) : null };
}

const within = (yards) => Math.max(0, Math.min(FIELD, yards));

/** Words for what a correction changed: field by field, and lines that went and came. */
export function changesOf({ was, play }, header = null) {
  if (!was) return [];
  const changes = [];
  const say = (name, before, now) => changes.push({ name, was: before || "nothing", now: now || "nothing" });
  const [before, now] = [{ ...play, ...was }, play];
  if ("down" in was || "to_go" in was || "yard_line" in was)
    say("Situation", situationWords(before, header), situationWords(now, header));
  if ("text" in was) say("What happened", was.text, play.text);
  if ("quarter" in was || "clock" in was)
    say("Clock", `${quarterWords(before.quarter)} ${clockWords(before.clock)}`.trim(), `${quarterWords(now.quarter)} ${clockWords(now.clock)}`.trim());
  if ("possession" in was) say("Ball", was.possession, play.possession);
  if (was.stats) changes.push(...lineChanges(was.stats, play.stats ?? []));
  return changes;
}

function lineChanges(before, now) {
  const [gone, come] = [missing(before, now), missing(now, before)];
  return [
    ...gone.map((line) => ({ name: "Line", was: lineWords(line), now: null })),
    ...come.map((line) => ({ name: "Line", was: null, now: lineWords(line) })),
  ];
}

/** Lines of one list that the other has not as often. */
function missing(lines, others) {
  const left = others.map((line) => JSON.stringify(line));
  return lines.filter((line) => {
    const at = left.indexOf(JSON.stringify(line));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Team and player filters have what the game has. @returns {[string, string][]} id, name; by name */
export function playersOf({ plays }, team = "") {
  const found = new Map();
  for (const { play } of plays)
    for (const line of play.stats ?? [])
      if (line.player && (!team || line.team === team)) found.set(line.player, `${line.name}, ${line.team}`);
  return [...found].sort((a, b) => a[1].localeCompare(b[1]));
}

const WHAT = {
  all: () => true,
  scoring: ({ play }) => Object.keys(pointsOf(play)).length > 0,
  big: ({ play }) => isBig(play),
  turnovers: ({ play }) => isTurnover(play),
  penalties: ({ play }) => isPenalty(play),
  redzone: ({ play }, { header }) => (yardsToGoal(play, header) ?? FIELD) <= 20,
  changed: ({ play, review, was }) => Boolean(was || review || play.deleted),
};

/** Yards to the other goal line, of a play from scrimmage; null: not said. */
function yardsToGoal(play, header) {
  const place = play.down ? placeOf(header, play.yard_line) : null;
  if (place === null || !play.possession) return null;
  return play.possession === header.away ? FIELD - place : place;
}

const DISTANCE = {
  short: (yards) => yards >= 1 && yards <= 3,
  medium: (yards) => yards >= 4 && yards <= 6,
  long: (yards) => yards >= 7,
};

/** Whether a play is among those that are wanted. */
export function isWanted(row, wanted, state) {
  const { what, team, player, mine = null, quarter = 0, down = 0, distance = "" } = wanted;
  const { possession, stats = [], down: played = 0, to_go = 0 } = row.play;
  if (team && possession !== team && !stats.some((line) => line.team === team)) return false;
  if (player && !stats.some((line) => line.player === player)) return false;
  if (mine && !stats.some((line) => mine.includes(line.player))) return false;
  if (quarter && Math.min(row.play.quarter ?? 0, 5) !== quarter) return false;
  if (down && played !== down) return false;
  if (distance && !(played && DISTANCE[distance](to_go))) return false;
  return WHAT[what](row, state);
}

const ASKED = { scoring: "scoring", big: "big", turnovers: "turnover", penalties: "penalty" };
const OVERTIMES = Array.from({ length: 16 }, (_, i) => i + 5);

/** The same as the server knows it (SPEC FF1); null: everything, or what only this page can tell. */
export function filterOf({ what, team, player, mine = null, quarter = 0, down = 0, distance = "" }) {
  const players = player ? [player] : (mine ?? []);
  const filter = {
    ...(team ? { teams: [team] } : {}),
    ...(players.length ? { players } : {}),
    ...(what in ASKED ? { whats: [ASKED[what]] } : {}),
    ...(what === "redzone" ? { zones: ["red"] } : {}),
    ...(quarter ? { quarters: quarter === 5 ? OVERTIMES : [quarter] } : {}),
    ...(down ? { downs: [down] } : {}),
    ...(distance ? { distances: [distance] } : {}),
  };
  return what === "changed" || Object.keys(filter).length === 0 ? null : filter;
}
