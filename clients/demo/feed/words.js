/** What happens in a game, in words: for the screen reader and the page's title. Pure. */
import { clockWords, latest, phaseOf, quarterWords, scoresOf, situationWords } from "./reading.js";
import { badgeOf } from "./stats.js";

/** Plays that are read out of one entry; of more only how many. */
const READ_MAX = 2;

/** "14:02" */
export function clockTime(at) {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

/** "DAL 7, IND 14" */
export function scoreWords(state) {
  return scoresOf(state)
    .map(({ team, points }) => `${team} ${points}`)
    .join(", ");
}

/** Where the game is: "Q2 12:01", "Final", "Not begun". */
export function gameWords(state) {
  switch (phaseOf(state)) {
    case "empty":
      return "No plays yet";
    case "pregame":
      return "Not begun";
    case "final":
      return state.header.quarter > 4 ? "Final, overtime" : "Final";
    default: {
      const play = latest(state)?.play ?? {};
      const { quarter = play.quarter, clock = play.clock } = state.header ?? {};
      return `${quarterWords(quarter)} ${clockWords(clock)}`.trim() || "Live";
    }
  }
}

/** One play as it is read out. */
export function playWords(play, header) {
  const badge = badgeOf(play);
  return [play.possession, situationWords(play, header), badge?.words, play.text].filter(Boolean).join(". ");
}

const nameOf = (play) => `Play ${play?.id ?? ""} ${play?.text ? `(${play.text.slice(0, 80)})` : ""}`.trim();

/**
 * What the events of one entry say.
 * @param {any[]} events @param {any} state after them @param {boolean} own whether one did it oneself
 */
export function entryWords(events, state, own) {
  const of = (type) => events.filter((event) => event.type === type);
  const rowOf = (id) => state.plays.find(({ play }) => play.id === id)?.play ?? { id };
  const added = of("play.added");
  const said = added.slice(-READ_MAX).map(({ play }) => playWords(play, state.header));
  if (added.length > READ_MAX) said.unshift(`${added.length} plays came, the last of them`);
  for (const { was, now } of of("play.corrected").slice(-READ_MAX))
    said.push(`Corrected: ${nameOf(now)}${was.stats ? ", its statistics have changed" : ""}`);
  for (const { id } of of("play.deleted").slice(-READ_MAX)) said.push(`Taken out: ${nameOf(rowOf(id))}`);
  for (const { id } of of("play.under_review").slice(-READ_MAX)) said.push(`Under review: ${nameOf(rowOf(id))}`);
  for (const { id } of of("play.upheld").slice(-READ_MAX)) said.push(`Upheld: ${nameOf(rowOf(id))}`);
  for (const { team, was, now } of of("score.corrected")) said.push(`${team} has ${now}, not ${was}`);
  if (of("feed.inconsistent").length) said.push(inconsistentWords(state));
  if (of("feed.consistent").length) said.push("Score and plays agree again");
  if (own) for (const { seconds } of of("delay.changed")) said.push(delayWords(seconds));
  return said.filter(Boolean);
}

export function inconsistentWords({ inconsistent }) {
  const teams = inconsistent.map(({ team, header, plays }) => `${team} has ${header} on the scoreboard, ${plays} by its plays`);
  return `Score and plays do not agree: ${teams.join("; ")}`;
}

export function delayWords(seconds) {
  return seconds === 0 ? "You see everything as it happens" : `You see everything ${seconds} seconds later`;
}

/** Why something was refused. */
export function refusalWords({ code, detail }) {
  switch (code) {
    case "forbidden":
      return "Your role does not allow that.";
    case "read_only":
      return "The game is read-only now.";
    case "limit_reached":
      return "A limit is reached; nothing was changed.";
    case "bad_property":
      return `That cannot be so (${detail?.property ?? "value"}).`;
    case "rate_limited":
      return "That was too much at once; try again in a moment.";
    default:
      return `The server refused it (${code}).`;
  }
}
