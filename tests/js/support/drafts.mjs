/** Drafts for tests of the page: states made by the model's own events, as the server would tell them. */
import { draft } from '../../../clients/js/kinds/draft.js';

export const SLOTS = [
  { name: 'QB', positions: ['QB'] },
  { name: 'RB', positions: ['RB'] },
  { name: 'FLEX', positions: ['RB', 'WR'] },
  { name: 'BN', count: 1, bench: true },
];
export const POOL = [
  ['p1', 'Patrick Mahomes', ['QB'], 'KC', 1, 12, 40, 6, '', 1],
  ['p2', 'José Peña-Ríos', ['RB'], 'SF', 2, 20, 30, 9, 'Q', 1],
  ['p3', "D'Andre O'Neal Jr.", ['WR'], 'KC', 3, 31, 20, 6, '', 2],
  ['p4', 'Amon-Ra St. Brown', ['WR'], 'DET', 4, 44, 12, 5, 'IR', 2],
  ['p5', 'Josh Allen', ['QB'], 'BUF', 5],
  ['p6', 'Josh Allen', ['RB', 'WR'], 'JAX', 6, null, null, 7],
];

/** A draft of three teams by four rounds, snake, before the start. */
export function waiting(more = {}, settings = {}) {
  const order = [1, 2, 3];
  const cells = [0, 1, 2, 3].flatMap((round) => (round % 2 ? [3, 2, 1] : [1, 2, 3]));
  return draft.initial({
    settings: { teams: 3, rounds: 4, slots: SLOTS, ...settings },
    phase: 'waiting',
    seats: {
      1: ['Reds', ['a_ann'], false, false, null, null, 0],
      2: ['Blues', [], true, false, null, null, 0],
      3: ['Greens', [], false, false, null, null, 0],
    },
    ...{ order, cells: settings.type === 'auction' ? [] : cells, owners: {} },
    pool: Object.fromEntries(POOL.map((row) => [row[0], row])),
    ...{ keepers: [], picks: [], kept: [], rosters: { 1: [], 2: [], 3: [] } },
    money: settings.type === 'auction' ? { 1: 200, 2: 200, 3: 200 } : {},
    ...{ skipped: [], returning: [], trades: [], turn: null, bid: null, pause_before: null, acts: [] },
    ...more,
  });
}

let version = 10;

/** What happened then, each event in an entry of its own. */
export function played(state, ...events) {
  return events.reduce((now, event) => {
    version += 1;
    return draft.applyEvent(now, event, { version, at: 1_000 * version, by: 'a_ann', own: false });
  }, state);
}

export const opened = (n, seat, more = {}) => ({
  ...{ type: 'turn.opened', sort: 'pick', n, seat, opened: 1_000, deadline: 91_000 },
  ...more,
});
export const picked = (n, seat, player, how = 'manual', more = {}) => ({
  ...{ type: 'pick.made', n, seat, player, how },
  ...more,
});
export const live = { type: 'draft.moved', phase: 'live' };

/** What views of the page get. */
export function modelOf(state, more = {}) {
  return {
    ...{ state, mine: 1, me: 'a_ann', role: 'owner', owner: true, may: true, tv: false, narrow: false },
    ...{ names: { a_ann: 'Ann', a_ben: 'Ben' }, people: new Set(['a_ann']), here: [], sending: false },
    lists: state.mine.lists,
    proxies: state.mine.proxies,
    ...{ results: [], fits: null, serverNow: () => 50_000 },
    link: { status: 'live', waiting: 0, retryAt: null, now: 0 },
    room: {
      name: 'Our league',
      people: new Map(),
      members: { a_ann: { name: 'Ann', role: 'owner' } },
      membership: { chat: [], members: {}, names: {}, invitations: [] },
    },
    ...more,
  };
}
