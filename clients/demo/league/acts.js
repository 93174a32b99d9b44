/** What a person can do with a league: look, trace points, change a line-up, see it later, talk, share. */
import { DELAY_MAX_S } from "../feed/delay_view.js";
import { api } from "../parts/identity.js";
import { shareActs } from "../parts/share_acts.js";
import { placesIn, swapped, swapProblem } from "./line_ups.js";

/** @param {any} league the OpenLeague */
export function makeActs(league) {
  const { room, ui, touchline, announcer } = league;
  const change = (part) => league.change(part);
  const closed = { trail: null, line: null, editing: null, held: null, refusal: null };
  return {
    week: (week) => {
      change({ ...closed, week, matchup: null, scores: null, ticker: [] });
      league.watch();
    },
    open: (matchup) => {
      change({ ...closed, matchup });
      if (matchup !== null) readLine(league);
    },
    trace: (player) => (ui.trail?.player === player ? change({ trail: null }) : readTrail(league, player)),
    edit: (team) => change({ ...closed, editing: team }),
    hold: (key) => hold(league, key),
    side: (side) => {
      change({ side, refusal: null, delay: null });
      if (side === "chat") change({ chatSeen: room.membership.chat.length });
    },
    holdDelay: (seconds) => change({ delay: seconds }),
    setDelay: (seconds) => {
      const wanted = Math.max(0, Math.min(DELAY_MAX_S, Math.round(seconds)));
      change({ delay: null, refusal: null });
      if (wanted !== league.delay) room.submit({ type: "delay.set", seconds: wanted }, { keep: false, local: { anchor: "delay" } });
    },
    sayInChat: ({ detail }) => room.submit({ type: "chat.say", text: detail.text }),
    retryNow: () => touchline.retryNow(),
    ...shareActs({ room, ui, change, announcer, touchline, roomId: league.roomId }),
  };
}

/** Why somebody's points are what they are, from the server; asked again when they change. */
export async function readTrail(league, player) {
  const { ui, roomId, week } = league;
  const { matchup } = ui;
  const same = ui.trail?.player === player ? ui.trail.lines : null;
  const trail = { player, lines: same, problem: "" };
  league.change({ trail });
  try {
    const path = `/leagues/${roomId}/weeks/${week}/matchups/${matchup}/trail?player=${encodeURIComponent(player)}`;
    const { changes } = await api("GET", path);
    if (ui.trail === trail) league.change({ trail: { player, lines: changes.reverse(), problem: "" } });
  } catch (error) {
    if (ui.trail === trail) league.change({ trail: { ...trail, problem: error.message } });
  }
}

/** How the win chance of the matchup that is open went; without an answer there is no line. */
export async function readLine(league) {
  const { ui, roomId, week } = league;
  const { matchup } = ui;
  try {
    const { points } = await api("GET", `/leagues/${roomId}/weeks/${week}/matchups/${matchup}/chances`);
    if (ui.matchup === matchup && league.week === week) league.change({ line: { week, matchup, points } });
  } catch {
    // The numbers stand there without it.
  }
}

/** Takes a place in hand, puts it back, or swaps the one in hand with this one. */
function hold(league, key) {
  const { ui, room, week } = league;
  const team = ui.editing;
  if (ui.held === null || ui.held === key) return league.change({ held: ui.held === key ? null : key, refusal: null });
  const places = placesIn(room.state, week, team);
  const [one, other] = [ui.held, key].map((wanted) => places.find((place) => place.key === wanted));
  league.change({ held: null, refusal: null });
  if (!one || !other || swapProblem(room.state, week, one, other, league.touchline.serverNow()) !== null) return undefined;
  return room.submit(swapped(room.state, week, team, one, other), { keep: false, local: { anchor: "line-up" } });
}
