/** What happens in a league, in words: for the screen reader, the page's title and refusals. Pure. */
import { kickoffWords, pointsWords, teamName } from "./reading.js";

/** "14:02" */
export function clockTime(at) {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

/** "Sun 14:02" */
export const dayTime = (at) => kickoffWords(at);

const PHASES = {
  upcoming: "Not begun",
  live: "Live",
  provisional: "Games over, result provisional",
  settled: "Settled",
  official: "Official",
};

export function phaseWords(state, week, phase) {
  const known = state.weeks[week];
  if (phase === "settled" && known) return `Settled, official from ${dayTime(known.official_at)}`;
  return PHASES[phase] ?? phase;
}

/** "Ones 12.80 : 9.00 Twos" */
function resultWords(state, week, matchup, { home, away }) {
  const [one, other] = state.schedule[week]?.[matchup - 1] ?? [0, 0];
  return `${teamName(state, one)} ${pointsWords(home)} : ${pointsWords(away)} ${teamName(state, other)}`;
}

function winnerWords(state, week, { matchup, now }) {
  const teams = state.schedule[week]?.[matchup - 1] ?? [0, 0];
  if (now.home === now.away) return "it is a tie now";
  return `${teamName(state, now.home > now.away ? teams[0] : teams[1])} has won now`;
}

/** A corrected result: what it is, what it was, and who has won now. */
export function correctedWords(state, week, one) {
  const now = resultWords(state, week, one.matchup, one.now);
  const was = `${pointsWords(one.was.home)} : ${pointsWords(one.was.away)}`;
  return `${now}, was ${was}${one.flipped ? `; ${winnerWords(state, week, one)}` : ""}`;
}

/** What the events of one entry say. @param {any[]} events @param {any} state after them */
export function entryWords(events, state, me) {
  const said = [];
  for (const event of events) {
    switch (event.type) {
      case "week.settled":
        said.push(`Week ${event.week} is settled`);
        break;
      case "week.official":
        said.push(`The results of week ${event.week} are official`);
        break;
      case "week.corrected":
        for (const one of event.changes) said.push(`Result corrected: ${correctedWords(state, event.week, one)}`);
        break;
      case "players.locked":
        said.push(`Kick-off: ${event.games.map((id) => gameWords(state, id)).join(", ")}; who plays in it is locked`);
        break;
      case "line_up.changed":
        said.push(`${teamName(state, event.team)} has another line-up in week ${event.week}`);
        break;
      case "game.moved":
        said.push(`${gameWords(state, event.game)} is played ${kickoffWords(event.kickoff)}`);
        break;
      case "delay.changed":
        if (me) said.push(event.seconds ? `You see everything ${event.seconds} seconds later` : "You see everything as it happens");
        break;
    }
  }
  return said;
}

/** The game of a feed: "DEN at OAK". */
export function feedWords(state, feed) {
  const game = Object.values(state.games).find((one) => one.feed === feed);
  return game ? gameWords(state, game.id) : "the game";
}

/** Why the league is shown late although nobody said so here. */
export function lateWords(state, { feeds, seconds, shifted }) {
  const games = feeds.map((feed) => feedWords(state, feed)).join(" and ");
  const how = shifted ? "from an earlier moment on" : `${seconds} seconds late`;
  return `You watch ${games} ${how}. The league comes to you just as late, so that no result runs ahead.`;
}

function gameWords(state, id) {
  const game = state.games[id];
  return game ? `${game.away} at ${game.home}` : id;
}

/** Why something was refused; who is meant is said by name. */
export function refusalWords({ code, detail }, state) {
  const name = (player) => state?.players[player]?.[1] ?? player;
  switch (code) {
    case "locked":
      return `${(detail?.players ?? []).map(name).join(", ")} cannot be moved any more: locked since ${dayTime(detail?.since)}.`;
    case "no_legal_slot":
      return `${name(detail?.player)} cannot play as ${detail?.place}.`;
    case "settled":
      return `Week ${detail?.week} has its results; its line-ups stay.`;
    case "unknown_player":
      return `${name(detail?.player)} is not in this team any more.`;
    case "forbidden":
      return "Only the managers of a team set its line-up.";
    case "read_only":
      return "The league is read-only now.";
    case "limit_reached":
      return "There is no more room there; nothing was changed.";
    case "rate_limited":
      return "That was too much at once; try again in a moment.";
    default:
      return `The server refused it (${code}).`;
  }
}
