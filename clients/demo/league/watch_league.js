/** What the page does when the league or the connection tells something: draw, announce, refuse. */
import { readLine, readTrail } from "./acts.js";
import { withPoint } from "./likely.js";
import { changeWords, matchupOf, ownTeams, pointsWords } from "./reading.js";
import { withChanges, withScores } from "./scores.js";
import { entryWords, refusalWords } from "./words.js";
import { sayPutBack } from "../parts/put_back.js";

const SAID_MAX = 3;
const FRESH_MS = 6_000;
const AWAY = new Set(["offline", "connecting", "closed"]);

/** @param {any} league the OpenLeague @param {{opened: () => void}} on */
export function watchLeague(league, { opened }) {
  const { room, touchline, ui, announcer } = league;
  let wasLive = false;
  let ticking = 0;

  room.on("change", () => {
    if (room.phase === "live" && !wasLive) {
      wasLive = true;
      opened();
    }
    if (room.ready) {
      if (ui.side === "chat") ui.chatSeen = room.membership.chat.length;
      document.title = [titleOf(league), room.name, "Touchline"].filter(Boolean).join(" · ");
    }
    league.draw();
  });

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

  room.on("rejected", ({ code, detail, local }) => {
    // The share dialog tells its own.
    if (local?.anchor === "share" || code === "nothing_changes") return league.draw();
    return league.refuse(local?.anchor ?? "", refusalWords({ code, detail }, room.state));
  });

  room.on("presence", league.draw);
  sayPutBack(room, announcer);
  room.on("reset", () => {
    ui.scores = null;
    league.draw();
  });
  room.on("closed", ({ reason }) =>
    announcer.alert(reason === "removed" ? "You were removed from this league" : "This league is closed"),
  );

  touchline.on("status", () => {
    clearInterval(ticking);
    if (touchline.retryAt !== null) ticking = setInterval(league.draw, 500);
    const away = AWAY.has(touchline.status);
    if (!away) ui.awaySince = null;
    else if (room.ready) ui.awaySince ??= Date.now();
    league.draw();
  });
  touchline.on("problem", ({ code }) => announcer.toast(`The server refused a message (${code})`));
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
