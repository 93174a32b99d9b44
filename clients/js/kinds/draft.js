/**
 * How a draft behaves on the client: the view of the snapshot, moved on by events exactly as the
 * server's rules do (protocol/draft_events.py; SPEC DR3, DR80), and beside it what only this account
 * is told (DR4). Picks and bids are never guessed: what others must not see early is not shown as
 * done before it is. One's own lists are. Values are never changed in place.
 *
 * @typedef {import('../types.js').Stamp} Stamp
 * @typedef {import('../types.js').Me} Me
 *
 * @typedef {object} Turn whose turn it is; its name is `version`
 * @property {'pick' | 'nominate' | 'bid'} sort
 * @property {number} n the cell, or the number that the sale will have
 * @property {number} seat at `bid` whoever nominated
 * @property {number} opened log time, ms
 * @property {number} [deadline] not there: no limit, or paused
 * @property {number} [wake]
 * @property {number} [base] when the team's bank begins to be used
 * @property {boolean} [auto]
 * @property {number} [left] paused: ms until the deadline that there were
 * @property {number} [nomination]
 * @property {string} [player] at `bid` who is on the block
 * @property {number} [extended]
 * @property {number} [renewed]
 * @property {number} version
 *
 * @typedef {object} Pick
 * @property {number} n
 * @property {number} seat who picked
 * @property {string} player
 * @property {'manual' | 'auto' | 'cpu' | 'office' | 'keeper'} how
 * @property {string} by
 * @property {number} at
 * @property {number} [turn]
 * @property {number} [price]
 * @property {'queue' | 'ranking' | 'rank' | 'any'} [source]
 * @property {boolean} [warned]
 * @property {number} [bank_ms]
 * @property {number} [nomination]
 *
 * @typedef {[name: string, managers: string[], cpu: boolean, auto: boolean, room: number | null,
 *   budget: number | null, bank_ms: number]} Seat
 * @typedef {[id: string, name: string, positions: string[], ...rest: any[]]} PlayerRow
 * @typedef {{queue: string[], ranking: string[], avoid: string[], watch: string[]}} Lists
 * @typedef {[n: number, reason: string, after: number]} Skip
 *
 * @typedef {object} DraftState
 * @property {any} settings what is usual is left out
 * @property {'waiting' | 'live' | 'paused' | 'ended'} phase
 * @property {Record<string, Seat>} seats
 * @property {number[]} order
 * @property {number[]} cells
 * @property {Record<string, number>} owners
 * @property {Record<string, PlayerRow>} pool
 * @property {{seat: number, player: string, round?: number, price?: number}[]} keepers
 * @property {Pick[]} picks
 * @property {Pick[]} kept
 * @property {Record<string, string[]>} rosters
 * @property {Record<string, number>} money
 * @property {Skip[]} skipped
 * @property {Skip[]} returning
 * @property {any[]} trades
 * @property {Turn | null} turn
 * @property {[seat: number, price: number] | null} bid
 * @property {number | null} pause_before
 * @property {any[]} acts
 * @property {{lists: Lists, proxies: Record<string, number>}} mine told to nobody else
 */

const ACTS_MAX = 200;
const BUDGET = 200;
const BANK = 6;
const SEAT_BUDGET = 5;
const MANAGERS = ['owner', 'editor'];
const EVERYBODY = ['owner', 'editor', 'annotator', 'viewer'];

/** @type {Record<string, string[]>} role × command (DR1); what is not here is the commissioner's */
const MAY = {
  'pick.make': MANAGERS,
  'lot.nominate': MANAGERS,
  'bid.place': MANAGERS,
  'proxy.set': MANAGERS,
  'auto.set': MANAGERS,
  'lists.set': EVERYBODY,
  'seat.claim': MANAGERS,
  'seat.name': MANAGERS,
};

/** @type {() => DraftState['mine']} */
const nothingOfMine = () => ({
  lists: { queue: [], ranking: [], avoid: [], watch: [] },
  proxies: {},
});

/** @type {import('../types.js').Model} */
export const draft = {
  kind: 'draft',
  shape: 1,
  initial: (view) => ({ ...view, mine: nothingOfMine() }),
  applyEvent,
  applyPrivate,
  predict,
};

/**
 * Whether a role may send a command at all; whose turn it is comes on top.
 * @param {string} role
 * @param {{type: string}} command
 */
export function may(role, { type }) {
  return (MAY[type] ?? ['owner']).includes(role);
}

/**
 * @param {DraftState} state
 * @param {any} event
 * @param {Omit<Stamp, 'own'>} stamp
 * @returns {DraftState}
 */
export function applyEvent(state, event, stamp) {
  const { type, ...told } = event;
  switch (type) {
    case 'draft.configured':
      return configured(state, told);
    case 'pool.added': {
      const rows = told.players.map((/** @type {PlayerRow} */ row) => [row[0], row]);
      return { ...state, pool: { ...state.pool, ...Object.fromEntries(rows) } };
    }
    case 'pool.cleared':
      return { ...state, pool: {}, keepers: [] };
    case 'seat.changed':
      return withMoney({ ...state, seats: { ...state.seats, [told.seat]: told.team } });
    case 'order.changed':
      return { ...state, order: told.order, cells: told.cells, owners: ownersOf(told) };
    case 'keeper.changed': {
      const others = state.keepers.filter(({ player }) => player !== told.player);
      return { ...state, keepers: told.keeper == null ? others : [...others, told.keeper] };
    }
    case 'draft.moved':
      return moved(state, told);
    case 'turn.opened':
      return closed({ ...state, bid: null, turn: { ...told, version: stamp.version } });
    case 'clock.changed':
      return clockChanged(state, told, stamp.at);
    case 'turn.skipped':
      return skipped(state, told);
    case 'bid.made':
      return { ...state, bid: [told.seat, told.price] };
    case 'pause.planned':
      return { ...state, pause_before: told.before ?? null };
    case 'office.acted':
      return { ...state, acts: [...state.acts, actOf(told, stamp)].slice(-ACTS_MAX) };
    case 'trade.made':
      return traded(state, told);
    default:
      return pickEvent(state, type, told, stamp);
  }
}

/**
 * What changes who has whom.
 * @param {DraftState} state
 * @param {string} type
 * @param {any} told
 * @param {{at: number, by: string}} stamp
 * @returns {DraftState}
 */
function pickEvent(state, type, told, stamp) {
  switch (type) {
    case 'pick.made':
      return picked(state, { by: stamp.by, at: stamp.at, ...told });
    case 'picks.undone':
      return undone(state, told);
    case 'pick.replaced':
      return replaced(state, told);
    case 'draft.reset':
      return withMoney(
        closed({
          ...state,
          ...{ picks: [], kept: [], trades: [], skipped: [], returning: [] },
          ...{ turn: null, bid: null, pause_before: null },
          rosters: each(state.seats, () => []),
          seats: each(state.seats, (seat) => withBank(seat, -seat[BANK])),
        }),
      );
    default:
      throw new TypeError(`unknown event ${type}`);
  }
}

/**
 * What only this account is told: all of it, or what an entry changed.
 * @param {DraftState} state
 * @param {{state?: any, events?: any[]}} message
 * @returns {DraftState}
 */
function applyPrivate(state, message) {
  const fresh = nothingOfMine();
  let mine = state.mine;
  if (message.state !== undefined) {
    const { lists = {}, proxies = {} } = message.state ?? {};
    mine = { lists: { ...fresh.lists, ...lists }, proxies };
  }
  for (const { type, account: _, seat, most, ...lists } of message.events ?? []) {
    if (type === 'lists.changed') mine = { ...mine, lists: withLists(mine.lists, lists) };
    else {
      const { [seat]: __, ...others } = mine.proxies;
      mine = { ...mine, proxies: most == null ? others : { ...others, [seat]: most } };
    }
  }
  return { ...state, mine };
}

/**
 * @param {DraftState} state
 * @param {any} command
 * @param {Me} me
 * @returns {DraftState} the same value where nothing can be said
 */
function predict(state, command, me) {
  if (command.type !== 'lists.set' || !may(me.role, command)) return state;
  const { type: _, ...lists } = command;
  const known = Object.entries(lists).map(([name, ids]) => [
    name,
    [...new Set(ids)].filter((id) => Object.hasOwn(state.pool, id)),
  ]);
  const mine = { ...state.mine, lists: withLists(state.mine.lists, Object.fromEntries(known)) };
  return { ...state, mine };
}

/**
 * @param {Lists} lists
 * @param {Partial<Lists>} told null stays
 * @returns {Lists}
 */
function withLists(lists, told) {
  const given = Object.entries(told).filter(([, ids]) => ids != null);
  return { ...lists, ...Object.fromEntries(given) };
}

/**
 * @param {DraftState} state
 * @param {any} told
 */
function configured(state, told) {
  const { settings, order, cells } = told;
  const numbers = Array.from({ length: settings.teams ?? 10 }, (_, i) => i + 1);
  /** @type {(make: (n: number) => any) => any} */
  const all = (make) => Object.fromEntries(numbers.map((n) => [n, make(n)]));
  return withMoney({
    ...state,
    ...{ settings, order, cells, owners: ownersOf(told) },
    seats: all((n) => state.seats[n] ?? [`Team ${n}`, [], false, false, null, null, 0]),
    rosters: all((n) => state.rosters[n] ?? []),
  });
}

/**
 * @param {{owners?: [n: number, seat: number][]}} told
 * @returns {Record<string, number>}
 */
function ownersOf({ owners = [] }) {
  return Object.fromEntries(owners);
}

/**
 * @param {DraftState} state
 * @param {{phase: DraftState['phase'], why?: string[]}} told
 */
function moved(state, { phase, why = [] }) {
  const { start_at: _, ...unscheduled } = state.settings;
  const settings = why.length > 0 ? unscheduled : state.settings;
  const now = { ...state, phase, settings };
  return phase === 'ended' || phase === 'waiting' ? closed({ ...now, turn: null, bid: null }) : now;
}

/**
 * Maxima are for the player on the block.
 * @param {DraftState} state
 * @returns {DraftState}
 */
function closed(state) {
  return { ...state, mine: { ...state.mine, proxies: {} } };
}

/**
 * @param {DraftState} state
 * @param {any} told
 * @param {number} at
 * @returns {DraftState}
 */
function clockChanged(state, { why, bank_ms = 0, ...clock }, at) {
  if (state.turn === null) return state;
  const { deadline: _d, wake: _w, base: _b, left: _l, auto: _a, ...turn } = state.turn;
  const more = why === 'outage' ? { extended: (turn.extended ?? 0) + 1 } : {};
  return usedBank({ ...state, turn: { ...turn, ...clock, ...more, renewed: at } }, turn.seat, bank_ms);
}

/**
 * @param {DraftState} state
 * @param {number} seat
 * @param {number} ms
 * @returns {DraftState}
 */
function usedBank(state, seat, ms) {
  const { [seat]: team } = state.seats;
  if (ms === 0 || team === undefined) return state;
  return { ...state, seats: { ...state.seats, [seat]: withBank(team, ms) } };
}

/**
 * @param {Seat} seat
 * @param {number} ms
 * @returns {Seat}
 */
function withBank(seat, ms) {
  return /** @type {Seat} */ (seat.with(BANK, seat[BANK] + ms));
}

/**
 * @param {DraftState} state
 * @param {Pick} pick
 */
function picked(state, pick) {
  const where = pick.how === 'keeper' ? 'kept' : 'picks';
  const others = (/** @type {Skip[]} */ list) =>
    pick.n === 0 ? list : list.filter(([n]) => n !== pick.n);
  const now = {
    ...state,
    [where]: [...state[where], pick],
    skipped: others(state.skipped),
    returning: others(state.returning),
    rosters: { ...state.rosters, [pick.seat]: [...(state.rosters[pick.seat] ?? []), pick.player] },
  };
  return withMoney(usedBank(now, pick.seat, pick.bank_ms ?? 0));
}

/**
 * @param {DraftState} state
 * @param {{n: number, reason: string, back?: boolean}} told
 * @returns {DraftState}
 */
function skipped(state, { n, reason, back = false }) {
  const returning = state.returning.filter((one) => one[0] !== n);
  /** @type {Skip} */
  const row = [n, reason, state.picks.length];
  if (back) return { ...state, returning: [...returning, row] };
  const index = state.skipped.findIndex((one) => one[0] === n);
  const list = index < 0 ? [...state.skipped, row] : state.skipped.with(index, row);
  return { ...state, returning, skipped: list };
}

/**
 * @param {DraftState} state
 * @param {{cells: number[], skips?: number[]}} told
 */
function undone(state, { cells, skips = [] }) {
  const [gone, open] = [new Set(cells), new Set(skips)];
  const back = [...state.picks, ...state.kept].filter(({ n }) => gone.has(n));
  const players = new Set(back.map(({ player }) => player));
  const there = (/** @type {Pick[]} */ list) => list.filter(({ n }) => !gone.has(n));
  const closedStill = (/** @type {Skip[]} */ list) => list.filter(([n]) => !open.has(n));
  let now = {
    ...state,
    picks: there(state.picks),
    kept: there(state.kept),
    skipped: closedStill(state.skipped),
    returning: closedStill(state.returning),
    rosters: each(state.rosters, (has) => has.filter((one) => !players.has(one))),
  };
  for (const { seat, bank_ms = 0 } of back) now = usedBank(now, seat, -bank_ms);
  return withMoney(now);
}

/**
 * @param {DraftState} state
 * @param {{n: number, was: string, player: string}} told
 * @returns {DraftState}
 */
function replaced(state, { n, was, player }) {
  const swap = (/** @type {string[]} */ list) => list.map((one) => (one === was ? player : one));
  const anew = (/** @type {Pick[]} */ list) =>
    list.map((pick) => (pick.n === n && pick.player === was ? { ...pick, player } : pick));
  const trades = state.trades.map((trade) => ({
    ...trade,
    ...(trade.a_players ? { a_players: swap(trade.a_players) } : {}),
    ...(trade.b_players ? { b_players: swap(trade.b_players) } : {}),
  }));
  const rosters = each(state.rosters, swap);
  return { ...state, picks: anew(state.picks), kept: anew(state.kept), trades, rosters };
}

/**
 * @param {DraftState} state
 * @param {any} told
 * @returns {DraftState}
 */
function traded(state, { undo = false, ...row }) {
  const { a, b, a_cells = [], b_cells = [], a_players = [], b_players = [] } = row;
  const owners = { ...state.owners };
  const rosters = { ...state.rosters };
  for (const [cells, players, to] of [
    [a_cells, a_players, b],
    [b_cells, b_players, a],
  ]) {
    for (const n of cells) {
      if (state.cells[n - 1] === to) delete owners[n];
      else owners[n] = to;
    }
    for (const player of players) {
      for (const [seat, has] of Object.entries(rosters))
        if (has.includes(player)) rosters[seat] = has.filter((one) => one !== player);
      rosters[to] = [...(rosters[to] ?? []), player];
    }
  }
  const trades = undo
    ? state.trades.slice(0, -1)
    : [...state.trades, { after: state.picks.length, ...row }];
  return { ...state, owners, rosters, trades };
}

/**
 * @param {any} told
 * @param {{version: number, at: number, by: string}} stamp
 */
function actOf({ act, reason = '', before = null, after = null, seat = null }, stamp) {
  return { v: stamp.version, at: stamp.at, by: stamp.by, act, reason, before, after, seat };
}

/**
 * The dollars of an auction: what a team began with, less the prices of its picks.
 * @param {DraftState} state
 * @returns {DraftState}
 */
function withMoney(state) {
  if (state.settings.type !== 'auction') {
    return Object.keys(state.money).length === 0 ? state : { ...state, money: {} };
  }
  const budget = state.settings.auction?.budget ?? BUDGET;
  const money = each(state.seats, (seat) => seat[SEAT_BUDGET] ?? budget);
  for (const { seat, price = 0 } of [...state.kept, ...state.picks]) {
    money[seat] = (money[seat] ?? 0) - price;
  }
  return { ...state, money };
}

/**
 * @template T, R
 * @param {Record<string, T>} of
 * @param {(value: T) => R} make
 * @returns {Record<string, R>}
 */
function each(of, make) {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, make(value)]));
}
