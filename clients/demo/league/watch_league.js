/** What the page does when the league tells something of its own: scores, what is read out. */
import { watchRoom } from "../parts/room_watch.js";
import { readLine, readTrail } from "./acts.js";
import { withPoint } from "./likely.js";
import { changeWords, matchupOf, ownTeams, pointsWords } from "./reading.js";
import { withChanges, withScores } from "./scores.js";
import { entryWords, refusalWords } from "./words.js";

const SAID_MAX = 3;
const FRESH_MS = 6_000;

/** @param {any} league the OpenLeague */
export function watchLeague(league) {
  const { room, ui, announcer } = league;

  room.on("scores", (message) => {
    if (message.week !== league.week) return;
    const scores = withScores(ui.scores, message);
    if (scores === ui.scores) return;
    if (message.anew) startOver(league);
    const nameOf = (player) => room.state.players[player]?.[1] ?? player;
    const line = withPoint(ui.line, scores);
    league.change({ scores, line, ticker: withChanges(ui.ticker, message, nameOf) });
    freshen(league, message.changes ?? []);
    sayOwn(league, message.changes ?? [], nameOf);
    const traced = (message.changes ?? []).some(({ cause }) => cause.player === ui.trail?.player);
    if (traced) readTrail(league, ui.trail.player);
  });

  room.on("entry", ({ entry }) => {
    const events = entry.events ?? [];
    const own = entry.by === league.me;
    const said = entryWords(events, room.confirmed, own);
    if (said.length) announcer.say(said.slice(0, SAID_MAX).join(". "));
  });

  watchRoom(league, {
    thing: "league",
    title: () => [titleOf(league), room.name],
    refusal: (rejected) => refusalWords(rejected, room.state),
    reset: () => {
      ui.scores = null;
    },
  });
}

/** Another moment is shown from now on: nothing stands beside it that came later. */
function startOver(league) {
  const { ui } = league;
  league.change({ ticker: [], fresh: {}, line: null });
  if (ui.matchup !== null) readLine(league);
  if (ui.trail) readTrail(league, ui.trail.player);
}

/** What has just changed stands beside the points for a moment. */
function freshen(league, changes) {
  if (changes.length === 0) return;
  const now = {};
  for (const { cause } of changes) now[cause.player] = (now[cause.player] ?? 0) + cause.after - cause.before;
  league.change({ fresh: { ...league.ui.fresh, ...now } });
  setTimeout(() => {
    const rest = Object.entries(league.ui.fresh).filter(([player, change]) => now[player] !== change);
    league.change({ fresh: Object.fromEntries(rest) });
  }, FRESH_MS);
}

/** Read out: what changes in the matchup that is open, or for one's own team. */
function sayOwn(league, changes, nameOf) {
  const { ui, room, me, week } = league;
  const own = ownTeams(room.state, me);
  const shown = Object.values(ui.scores.matchups).filter(
    (one) => one.matchup === ui.matchup || own.includes(one.home.team) || own.includes(one.away.team),
  );
  const heard = new Set(shown.flatMap(({ home, away }) => [...home.starters, ...away.starters].map(({ player }) => player)));
  const said = changes
    .filter(({ cause }) => heard.has(cause.player))
    .map(({ cause }) => `${nameOf(cause.player)} ${changeWords(cause.after - cause.before)}`);
  const open = matchupOf(room.state, week, ui.matchup, ui.scores);
  if (said.length && open) said.push(`${open.home.name} ${pointsWords(open.home.points)}, ${open.away.name} ${pointsWords(open.away.points)}`);
  if (said.length) league.announcer.say(said.slice(-2 * SAID_MAX).join(". "));
}

function titleOf({ ui, room, week }) {
  const open = matchupOf(room.state, week, ui.matchup, ui.scores);
  return open ? `${pointsWords(open.home.points)} : ${pointsWords(open.away.points)}` : `Week ${week}`;
}
