/** What a match of soccer means for its page: minutes, who did what, what a correction changed. Pure. */
import { delayWords } from "../words.js";

const MINUTE_MS = 60_000;
/** Minutes of play before each period, and in it (Laws of the Game, Law 7). */
const BEGINS = { 1: 0, 2: 45, 3: 90, 4: 105, 5: 120 };
const LASTS = { 1: 45, 2: 45, 3: 15, 4: 15, 5: 1000 };
const PERIODS = { 1: "1st half", 2: "2nd half", 3: "Extra time", 4: "Extra time, 2nd half", 5: "Kicks from the mark" };
const READ_MAX = 2;

/** Sorts that tell the course of a match, where nobody asks for more. */
const MAIN = new Set(["shot", "card", "substitution"]);

/** "23'", in stoppage time "45+2'"; kicks from the mark have none. */
export function minuteOf({ period, at_ms: at }) {
  if (period === 5) return "Kicks";
  const minute = Math.floor(at / MINUTE_MS) + 1;
  const [begins, lasts] = [BEGINS[period] ?? 0, LASTS[period] ?? 45];
  return minute > lasts ? `${begins + lasts}+${minute - lasts}'` : `${begins + minute}'`;
}

export const phaseOfMatch = ({ header, plays }) =>
  header === null ? (plays.length ? "live" : "empty") : (header.phase ?? "live");

export const latestEvent = ({ plays }) => plays.findLast(({ play }) => !play.deleted)?.play ?? null;

/** Where the match is. */
export function matchWhen(state) {
  switch (phaseOfMatch(state)) {
    case "empty":
      return "Nothing yet";
    case "pregame":
      return "Not begun";
    case "final":
      return state.header.period > 2 ? "Full time, after extra time" : "Full time";
    default: {
      const last = latestEvent(state);
      const period = state.header?.period || last?.period;
      return [PERIODS[period] ?? "Live", last && last.period === period && period !== 5 ? minuteOf(last) : ""].filter(Boolean).join(" · ");
    }
  }
}

/** @returns {{side: "home" | "away", name: string, score: number, kicks: number}[]} home first, as matches are named */
export function sidesOf({ header }) {
  if (header === null) return [];
  return ["home", "away"].map((side) => ({
    ...{ side, name: header[side] },
    ...{ score: header[`${side}_score`] ?? 0, kicks: header[`${side}_kicks`] ?? 0 },
  }));
}

export function matchScoreWords(state) {
  return sidesOf(state)
    .map(({ name, score, kicks }) => `${name} ${score}${kicks ? ` (${kicks})` : ""}`)
    .join(", ");
}

export function playerOf({ header }, key) {
  return header?.players?.find((one) => one.key === key) ?? null;
}

/** "10 Messi"; "" where nobody is named. */
export function playerWords(state, key) {
  const player = playerOf(state, key);
  return player ? [player.number ?? "", player.name || player.key].filter((part) => part !== "").join(" ") : "";
}

const CARDS = { yellow: "Yellow card", second_yellow: "Second yellow card", red: "Red card" };

/** "Goal"; "Yellow card"; else the source's own word. */
export function whatOf({ sort, word, goal_for: goal, side, card }) {
  if (goal) return side && side !== goal ? "Own goal" : word?.toLowerCase() === "own goal for" ? "Own goal" : "Goal";
  if (card) return CARDS[card];
  const said = word || sort || "other";
  return `${said[0].toUpperCase()}${said.slice(1).toLowerCase().replaceAll("_", " ")}`;
}

/** One event as it stands in the list. */
export function eventWords(state, play) {
  const who = playerWords(state, play.player);
  const whom = playerWords(state, play.to_player);
  if (play.sort === "substitution") return whom ? `${whom} for ${who || "somebody"}` : who;
  const outcome = play.outcome && !play.goal_for ? ` (${play.outcome.toLowerCase()})` : "";
  return `${who}${whom ? ` to ${whom}` : ""}${outcome}`.trim();
}

const WHAT = {
  main: ({ play, review, was }) => MAIN.has(play.sort ?? "other") || Boolean(play.goal_for || play.card || review || was || play.deleted),
  all: () => true,
  goals: ({ play }) => Boolean(play.goal_for),
  shots: ({ play }) => play.sort === "shot",
  cards: ({ play }) => Boolean(play.card),
  passes: ({ play }) => play.sort === "pass",
  changed: ({ play, review, was }) => Boolean(was || review || play.deleted),
};

/** @param {{what: string, team: string, player: string}} wanted `all` is what a new page begins with: the main events */
export function isEventWanted({ play, ...row }, { what, team, player }) {
  if (team && play.side !== team) return false;
  if (player && play.player !== player && play.to_player !== player) return false;
  return (WHAT[what] ?? WHAT.main)({ play, ...row });
}

/** What a correction changed, in words. */
export function eventChanges(state, { was, play }) {
  if (!was) return [];
  const [before, now] = [{ ...play, ...was }, play];
  const say = (name, old, fresh) => ({ name, was: old || "nothing", now: fresh || "nothing" });
  const changes = [];
  if (whatOf(before) !== whatOf(now)) changes.push(say("What", whatOf(before), whatOf(now)));
  if ("player" in was || "to_player" in was || "outcome" in was)
    changes.push(say("Who", eventWords(state, before), eventWords(state, now)));
  if ("at_ms" in was || "period" in was) changes.push(say("When", minuteOf(before), minuteOf(now)));
  return changes;
}

/** How the marks of the latest events lie: what is drawn on the pitch, the last of them last. */
export function spellOf({ plays }, pinned, max = 8) {
  const there = plays.filter(({ play, review }) => !play.deleted && !review && play.at);
  const end = pinned ? there.findIndex(({ play }) => play.id === pinned) : there.length - 1;
  const last = there[end]?.play;
  if (!last) return [];
  return there
    .slice(Math.max(0, end - max + 1), end + 1)
    .map(({ play }) => play)
    .filter((play) => play.period === last.period && last.at_ms - play.at_ms < 30_000 && (!play.possession || play.possession === last.possession));
}

/** What the events of one entry say. */
export function matchEntryWords(events, state, own) {
  const added = events.filter(({ type }) => type === "item.added").map(({ item }) => item);
  const main = added.filter((play) => isEventWanted({ play }, { what: "main", team: "", player: "" }));
  const read = (play) => `${minuteOf(play)} ${whatOf(play)} ${eventWords(state, play)}`.trim();
  const said = main.slice(-READ_MAX).map(read);
  for (const { now } of events.filter(({ type }) => type === "item.corrected").slice(-READ_MAX)) said.push(`Corrected: ${read(now)}`);
  const nameOf = (id) => state.plays.find(({ play }) => play.id === id)?.play;
  const say = (type, words) => {
    for (const { id } of events.filter((event) => event.type === type).slice(-READ_MAX))
      if (nameOf(id)) said.push(`${words}: ${read(nameOf(id))}`);
  };
  say("play.deleted", "Taken out");
  say("play.under_review", "Under review");
  say("play.upheld", "Upheld");
  const board = events.findLast(({ type }) => type === "scoreboard.changed");
  if (board && main.some((play) => play.goal_for)) said.push(matchScoreWords(state));
  if (board?.now.phase === "final") said.push("Full time");
  if (own) for (const { seconds } of events.filter(({ type }) => type === "delay.changed")) said.push(delayWords(seconds));
  return said;
}
