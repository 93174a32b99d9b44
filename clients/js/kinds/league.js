/**
 * How a league behaves on the client: the view of the snapshot, moved on by events exactly as the
 * server's rules do (protocol/league.py; SPEC LE18). What matchups come to is not here: that is told
 * to who shows `watching` (LI16). One's own line-up and delay are guessed. Values are never changed
 * in place.
 *
 * @typedef {import('../types.js').Stamp} Stamp
 * @typedef {import('../types.js').Me} Me
 *
 * @typedef {{name: string, positions?: string[], count?: number, sort?: 'start' | 'bench' | 'ir'}} Slot
 *   of any position where none is said; one place and `start` unless said
 * @typedef {[id: string, name: string, positions: string[], team?: string, status?: string]} Player
 * @typedef {{id: string, week: number, home: string, away: string, kickoff: number, feed?: string}} Game
 * @typedef {{starters: string[], ir?: string[]}} LineUp
 * @typedef {[home: number, away: number]} Matchup two teams
 * @typedef {{home: number, away: number}} Result in hundredths
 * @typedef {{matchup: number, was: Result, now: Result, flipped: boolean, at: number}} Corrected
 * @typedef {{state: 'open' | 'settled' | 'official', results: Result[], official_at: number,
 *   corrected: Corrected[]}} Week
 * @typedef {{team: number, wins: number, losses: number, ties: number, points: number,
 *   against: number}} Standing
 *
 * @typedef {object} LeagueState
 * @property {{teams?: number, weeks?: number, preset?: string, slots: Slot[], locks?: string,
 *   window_h?: number}} settings
 * @property {Record<string, any>} rules
 * @property {Record<string, {name: string, owners: string[]}>} teams
 * @property {Record<string, Player>} players
 * @property {Record<string, string[]>} rosters
 * @property {Record<string, Matchup[]>} schedule
 * @property {Record<string, Game>} games
 * @property {Record<string, Record<string, LineUp>>} line_ups of weeks that have some of their own
 * @property {string[]} locked games whose kick-off was told
 * @property {Record<string, Week>} weeks those with results
 * @property {Standing[]} standings
 * @property {Record<string, number>} delays account to seconds
 * @property {{feeds: string[], seconds: number, shifted: boolean}} [late] the games by which one sees
 *   the league late, and how (LI11)
 */

const CORRECTED_MAX = 40;
const TEAMS = 12;
const WEEKS = 17;

/** @type {import('../types.js').Model} */
export const league = {
  kind: 'league',
  shape: 1,
  initial: (view) => view,
  applyEvent,
  applyPrivate,
  entered,
  predict,
};

/**
 * What only this account is told: that it sees the league as late as games that it sees late.
 * @param {LeagueState} state
 * @param {{state?: any}} message
 * @returns {LeagueState}
 */
function applyPrivate(state, message) {
  const { watching = null, delays = {}, late_in: feeds = [] } = message.state ?? {};
  if (!feeds.length) return entered(state);
  const seconds = Math.max(0, .../** @type {number[]} */ (Object.values(delays)));
  return { ...state, late: { feeds, seconds, shifted: watching !== null } };
}

/**
 * @param {LeagueState} state
 * @returns {LeagueState}
 */
function entered({ late: _, ...state }) {
  return state;
}

/** @param {LeagueState} state */
export function teamsOf(state) {
  return Array.from({ length: state.settings.teams ?? TEAMS }, (_, n) => n + 1);
}

/** @param {LeagueState} state */
export function weeksOf(state) {
  return state.settings.weeks ?? WEEKS;
}

/**
 * The slot of each single place of a sort.
 * @param {LeagueState} state
 * @param {'start' | 'bench' | 'ir'} sort
 * @returns {Slot[]}
 */
export function placesOf({ settings }, sort) {
  return settings.slots
    .filter((slot) => (slot.sort ?? 'start') === sort)
    .flatMap((slot) => Array.from({ length: slot.count ?? 1 }, () => slot));
}

/**
 * The line-up that counts in a week: its own, else the latest before it, else nobody (LE7).
 * @param {LeagueState} state
 * @param {number} week
 * @param {number} team
 * @returns {LineUp}
 */
export function lineUpOf(state, week, team) {
  for (let one = week; one > 0; one -= 1) {
    const found = state.line_ups[one]?.[team];
    if (found !== undefined) return found;
  }
  return { starters: placesOf(state, 'start').map(() => '') };
}

/**
 * The games of a week, earliest first.
 * @param {LeagueState} state
 * @param {number} week
 * @returns {Game[]}
 */
export function gamesOf(state, week) {
  return Object.values(state.games)
    .filter((game) => game.week === week)
    .sort((a, b) => a.kickoff - b.kickoff || (a.id < b.id ? -1 : 1));
}

/**
 * When a player is locked in a week, log time in ms; null: no game locks him (LE8, LE11).
 * @param {LeagueState} state
 * @param {number} week
 * @param {string} player
 * @returns {number | null}
 */
export function lockedAt(state, week, player) {
  const games = gamesOf(state, week);
  if (state.settings.locks === 'first_game') return games[0]?.kickoff ?? null;
  const team = state.players[player]?.[3] ?? '';
  return games.find(({ home, away }) => home === team || away === team)?.kickoff ?? null;
}

/**
 * @param {LeagueState} state
 * @param {any} event
 * @param {Omit<Stamp, 'own'>} stamp
 * @returns {LeagueState}
 */
export function applyEvent(state, event, stamp) {
  switch (event.type) {
    case 'rules.changed':
      return { ...state, rules: event.rules };
    case 'team.changed':
      return { ...state, teams: { ...state.teams, [event.team]: { name: event.name, owners: event.owners ?? [] } } };
    case 'players.added':
      return { ...state, players: { ...state.players, ...byId(event.players, (/** @type {Player} */ one) => one[0]) } };
    case 'roster.changed':
      return { ...state, rosters: { ...state.rosters, [event.team]: rosterAfter(state, event) } };
    case 'week.scheduled':
      return { ...state, schedule: { ...state.schedule, [event.week]: event.matchups } };
    case 'games.changed':
      return { ...state, games: { ...state.games, ...byId(event.games, (/** @type {Game} */ one) => one.id) } };
    case 'game.moved':
      return moved(state, event);
    case 'line_up.changed':
      return withLineUp(state, event);
    case 'players.locked':
      return { ...withOwnLineUps(state, event.week), locked: [...state.locked, ...event.games] };
    case 'delay.changed':
      return delayed(state, stamp.by, event.seconds);
    default:
      return withStandings(ofResults(state, event, stamp));
  }
}

/**
 * @param {LeagueState} state
 * @param {any} command
 * @param {Me} me
 * @returns {LeagueState} the same value where nothing can be said
 */
function predict(state, command, me) {
  if (command.type === 'delay.set') return delayed(state, me.account, command.seconds);
  return command.type === 'line_up.set' ? withLineUp(state, command) : state;
}

/**
 * What events of results make of a league; the standings are those before.
 * @param {LeagueState} state
 * @param {any} event
 * @param {Omit<Stamp, 'own'>} stamp
 * @returns {LeagueState}
 */
function ofResults(state, event, stamp) {
  const known = state.weeks[event.week];
  switch (event.type) {
    case 'week.settled': {
      const { results, official_at } = event;
      const week = { state: 'settled', results, official_at, corrected: [] };
      return withWeek(withOwnLineUps(state, event.week), event.week, week);
    }
    case 'week.corrected':
      return known ? withWeek(state, event.week, correctedWeek(known, event, stamp.at)) : state;
    case 'week.official':
      return known ? withWeek(state, event.week, { ...known, state: 'official' }) : state;
    case 'week.closing':
      return state; // it is told; nothing shows it
    default:
      throw new TypeError(`unknown event ${event.type}`);
  }
}

/**
 * @param {LeagueState} state
 * @param {number} number
 * @param {any} week
 * @returns {LeagueState}
 */
function withWeek(state, number, week) {
  return { ...state, weeks: { ...state.weeks, [number]: week } };
}

/**
 * @param {Week} week
 * @param {any} event
 * @param {number} at
 * @returns {Week}
 */
function correctedWeek(week, { changes }, at) {
  const results = [...week.results];
  for (const { matchup, now } of changes) results[matchup - 1] = now;
  const corrected = [...week.corrected, ...changes.map((/** @type {any} */ one) => ({ ...one, at }))];
  return { ...week, results, corrected: corrected.slice(-CORRECTED_MAX) };
}

/**
 * @template T
 * @param {T[]} rows
 * @param {(row: T) => string} idOf
 * @returns {Record<string, T>}
 */
function byId(rows, idOf) {
  return Object.fromEntries(rows.map((row) => [idOf(row), row]));
}

/**
 * @param {LeagueState} state
 * @param {any} event
 */
function rosterAfter(state, { team, add = [], drop = [] }) {
  return [...(state.rosters[team] ?? []).filter((player) => !drop.includes(player)), ...add];
}

/**
 * A postponed game locks again at its new time.
 * @param {LeagueState} state
 * @param {any} event
 * @returns {LeagueState}
 */
function moved(state, { game, kickoff, week }) {
  const known = state.games[game];
  if (known === undefined) return state;
  const games = { ...state.games, [game]: { ...known, kickoff, week } };
  return { ...state, games, locked: state.locked.filter((one) => one !== game) };
}

/**
 * @param {LeagueState} state
 * @param {any} said an event or a command
 * @returns {LeagueState}
 */
function withLineUp(state, { week, team, starters, ir = [] }) {
  const own = { ...state.line_ups[week], [team]: ir.length > 0 ? { starters, ir } : { starters } };
  return { ...state, line_ups: { ...state.line_ups, [week]: own } };
}

/**
 * From here on a week has line-ups of its own (LE9).
 * @param {LeagueState} state
 * @param {number} week
 * @returns {LeagueState}
 */
function withOwnLineUps(state, week) {
  const own = Object.fromEntries(teamsOf(state).map((team) => [team, lineUpOf(state, week, team)]));
  return { ...state, line_ups: { ...state.line_ups, [week]: own } };
}

/**
 * LE15, of the weeks that have results.
 * @param {LeagueState} state
 * @returns {LeagueState}
 */
function withStandings(state) {
  return { ...state, standings: standingsOf(state, state.weeks) };
}

/**
 * Who stands where after these weeks' results, best first.
 * @param {LeagueState} state
 * @param {Record<string, {results: Result[]}>} weeks
 * @returns {Standing[]}
 */
export function standingsOf(state, weeks) {
  /** @type {Map<number, Standing>} */
  const found = new Map(
    teamsOf(state).map((team) => [team, { team, wins: 0, losses: 0, ties: 0, points: 0, against: 0 }]),
  );
  for (const [number, { results }] of Object.entries(weeks)) {
    for (const [place, [home, away]] of (state.schedule[number] ?? []).entries()) {
      const result = results[place];
      if (result === undefined) continue;
      play(found.get(home), result.home, result.away);
      play(found.get(away), result.away, result.home);
    }
  }
  const worth = (/** @type {Standing} */ one) => 2 * one.wins + one.ties;
  return [...found.values()].sort(
    (a, b) => worth(b) - worth(a) || b.points - a.points || a.team - b.team,
  );
}

/**
 * @param {Standing | undefined} one changed in place: it was just made
 * @param {number} own
 * @param {number} other
 */
function play(one, own, other) {
  if (one === undefined) return;
  one.points += own;
  one.against += other;
  if (own === other) one.ties += 1;
  else if (own > other) one.wins += 1;
  else one.losses += 1;
}

/**
 * @param {LeagueState} state
 * @param {string} account
 * @param {number} seconds
 * @returns {LeagueState}
 */
function delayed(state, account, seconds) {
  const { [account]: _, ...others } = state.delays;
  return { ...state, delays: seconds > 0 ? { ...others, [account]: seconds } : others };
}
