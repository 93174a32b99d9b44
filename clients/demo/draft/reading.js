/**
 * What a draft's state says, with everything that the wire leaves out: settings, teams, players, who
 * picks when, money. Pure; what is allowed the server decides, as here it is only shown.
 *
 * @typedef {import("/js/kinds/draft.js").DraftState} DraftState
 * @typedef {{id: string, name: string, positions: string[], team: string, rank: number, adp: number |
 *   null, value: number | null, bye: number | null, status: string, tier: number | null, points:
 *   number | null}} Player `adp` and `points` in tenths
 */

const CLOCK = {
  ...{ pick_s: 90, rounds: [], nominate_s: 30, bid_s: 30, bid_reset_s: 10, bank_s: null },
  ...{ grace_ms: 2_000, at_zero: "auto", on_miss: "manual", auto_ms: 2_000, resume: "continue" },
  ...{ zone: "UTC", quiet: [] },
};
const AUCTION = {
  ...{ budget: 200, min_bid: 1, increment: 1, reserve_all: false, nominations: "straight" },
  auto_percent: 100,
};
export const NFL = [
  { name: "QB", positions: ["QB"] },
  { name: "RB", positions: ["RB"], count: 2 },
  { name: "WR", positions: ["WR"], count: 2 },
  { name: "TE", positions: ["TE"] },
  { name: "FLEX", positions: ["RB", "WR", "TE"] },
  { name: "K", positions: ["K"] },
  { name: "DEF", positions: ["DEF"] },
  { name: "BN", count: 6, bench: true },
];
const USUAL = {
  ...{ type: "snake", teams: 10, rounds: 15, reversal: 0, matrix: [], slots: NFL, maxima: {} },
  ...{ needs: "refuse", starters_first: true, start_at: null, claims: true },
};

/** All settings, also the usual ones. */
export function settingsOf({ settings }) {
  return {
    ...USUAL,
    ...settings,
    clock: { ...CLOCK, ...settings.clock },
    auction: { ...AUCTION, ...settings.auction },
  };
}

/** @param {any[]} row @returns {Player} */
export function playerOf([id, name, positions, team, rank, adp, value, bye, status, tier, points]) {
  return {
    ...{ id, name, positions, team: team ?? "", rank: rank ?? 0, adp: adp ?? null },
    ...{ value: value ?? null, bye: bye ?? null, status: status ?? "", tier: tier ?? null },
    points: points ?? null,
  };
}

const pools = new WeakMap();

/** Every player of the pool, best first; the same list while the pool is. @returns {Player[]} */
export function playersOf({ pool }) {
  let players = pools.get(pool);
  if (players === undefined) {
    players = Object.values(pool).map(playerOf);
    const place = ({ rank }) => rank || Infinity;
    players.sort((a, b) => place(a) - place(b) || (a.adp ?? 1e9) - (b.adp ?? 1e9) || 0);
    pools.set(pool, players);
  }
  return players;
}

/** A player by id; of one who is not in the pool the id is the name. */
export function playerIn({ pool }, id) {
  return playerOf(Object.hasOwn(pool, id) ? pool[id] : [id, id, ["?"]]);
}

export const isAuction = ({ settings }) => settings.type === "auction";

/** A team with names for its parts. */
export function teamOf({ seats }, seat) {
  const [name, managers, cpu, auto, room, budget, bankMs] = seats[seat] ?? [`Team ${seat}`, []];
  return { seat: Number(seat), name, managers, cpu, auto, room, budget, bankMs: bankMs ?? 0 };
}

export function teamsOf(state) {
  return Object.keys(state.seats).map((seat) => teamOf(state, seat));
}

/** The team that an account manages; null: none. */
export function seatOf({ seats }, account) {
  const found = Object.entries(seats).find(([, [, managers]]) => managers.includes(account));
  return found ? Number(found[0]) : null;
}

export const ownerOf = ({ owners, cells }, n) => owners[n] ?? cells[n - 1];

/** The round of a cell. */
export function roundOf({ settings }, n) {
  if (settings.type !== "custom") return Math.floor((n - 1) / (settings.teams ?? 10)) + 1;
  let seen = 0;
  const matrix = settings.matrix ?? [];
  for (const [index, row] of matrix.entries()) {
    seen += row.filter((seat) => seat <= (settings.teams ?? 10)).length;
    if (n <= seen) return index + 1;
  }
  return matrix.length + 1;
}

/** Cells by round, in the order in which they come up. @returns {number[][]} */
export function roundsOf(state) {
  const rounds = [];
  for (let n = 1; n <= state.cells.length; n += 1) (rounds[roundOf(state, n) - 1] ??= []).push(n);
  return rounds.map((round) => round ?? []);
}

/** "3.07": the round and the place in it. */
export function cellName(state, n) {
  if (isAuction(state)) return `sale ${n}`;
  const round = roundOf(state, n);
  let first = n;
  while (first > 1 && roundOf(state, first - 1) === round) first -= 1;
  return `${round}.${String(n - first + 1).padStart(2, "0")}`;
}

const held = new WeakMap();

/** Who has whom: player to seat. @returns {Map<string, number>} */
export function heldIn({ rosters }) {
  let found = held.get(rosters);
  if (found === undefined) {
    found = new Map();
    for (const [seat, has] of Object.entries(rosters))
      for (const player of has) found.set(player, Number(seat));
    held.set(rosters, found);
  }
  return found;
}

/** Cell to its pick, keepers among them. */
export function picksByCell({ picks, kept }) {
  return new Map([...kept, ...picks].filter(({ n }) => n > 0).map((pick) => [pick.n, pick]));
}

/** Cells that are still to come after the running turn, in order. */
export function comingCells(state) {
  const taken = picksByCell(state);
  const away = new Set([...state.skipped, ...state.returning].map(([n]) => n));
  const cells = state.cells.map((_, index) => index + 1);
  const back = state.returning.map(([n]) => n).filter((n) => !taken.has(n));
  return [...cells.filter((n) => !taken.has(n) && !away.has(n)), ...back].filter(
    (n) => n !== state.turn?.n,
  );
}

/** In how many picks a team picks: 0 now, 1 next; null: not any more, or nobody can say. */
export function picksUntil(state, seat) {
  const { turn } = state;
  if (seat === null || state.phase === "ended") return null;
  if (turn && turn.sort !== "bid" && turn.seat === seat) return 0;
  const after = turn ? 1 : 0;
  if (isAuction(state)) return nominationsUntil(state, seat);
  const index = comingCells(state).findIndex((n) => ownerOf(state, n) === seat);
  return index < 0 ? null : index + after;
}

function nominationsUntil(state, seat) {
  const { auction } = settingsOf(state);
  const { order, turn } = state;
  if (auction.nominations === "winner" || openPlaces(state, seat) <= 0) return null;
  const from = turn ? (turn.nomination ?? 0) + 1 : 0;
  let waits = turn ? 1 : 0;
  for (let at = from; at < from + 2 * order.length; at += 1) {
    const [round, place] = [Math.floor(at / order.length), at % order.length];
    const back = auction.nominations === "snake" && round % 2 === 1;
    const next = order[back ? order.length - 1 - place : place];
    if (openPlaces(state, next) <= 0) continue;
    if (next === seat) return waits;
    waits += 1;
  }
  return null;
}

export function placesOf(state) {
  return settingsOf(state).slots.reduce((sum, { count = 1 }) => sum + count, 0);
}

/** How many players a team can still have. */
export function openPlaces(state, seat) {
  const most = placesOf(state);
  return Math.min(teamOf(state, seat).room ?? most, most) - (state.rosters[seat] ?? []).length;
}

/** The most that a team may bid, so that the smallest bid is left for its other open places. */
export function maxBid(state, seat) {
  const { auction } = settingsOf(state);
  const open = openPlaces(state, seat);
  if (open <= 0) return 0;
  const others = auction.reserve_all ? open : open - 1;
  return Math.max(0, (state.money[seat] ?? 0) - others * auction.min_bid);
}

/** The least that beats the standing bid. */
export function nextBid(state) {
  const { auction } = settingsOf(state);
  return state.bid ? state.bid[1] + auction.increment : auction.min_bid;
}

/** How many cells a team still has. */
export function openCells(state, seat) {
  const coming = [...comingCells(state), ...(state.turn ? [state.turn.n] : [])];
  return coming.filter((n) => ownerOf(state, n) === seat).length;
}
