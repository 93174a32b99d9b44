/**
 * Players on the places of a roster, starters first; what is missing; why somebody would have no
 * place. The same matching as the server's, so that what is shown is what will be decided. Pure.
 */
import { isAuction, openCells, openPlaces, playerIn, settingsOf } from "./reading.js";

/** One entry a place, those of starters first. */
function units(slots) {
  const all = slots.flatMap(({ name, positions = [], count = 1, bench = false }) =>
    Array.from({ length: count }, () => ({ name, positions, bench })),
  );
  return [...all.filter(({ bench }) => !bench), ...all.filter(({ bench }) => bench)];
}

const fits = ({ positions }, player) =>
  positions.length === 0 || player.positions.some((one) => positions.includes(one));

/** Gives one more player a place, moving others where that helps; whether there is one. */
function place(places, on, player, seen = new Set()) {
  const eligible = places.map((_, i) => i).filter((i) => fits(places[i], player));
  const free = eligible.find((i) => !on[i]);
  if (free !== undefined) {
    on[free] = player;
    return true;
  }
  for (const i of eligible) {
    if (seen.has(i)) continue;
    seen.add(i);
    if (place(places, on, on[i], seen)) {
      on[i] = player;
      return true;
    }
  }
  return false;
}

function placed(places, players) {
  const on = places.map(() => null);
  const left = players.filter((player) => !place(places, on, player));
  return { on, left };
}

/**
 * A team's roster as people read it.
 * @returns {{places: {name: string, bench: boolean, positions: string[], player: any}[], left: any[]}}
 *   `left`: players without a place
 */
export function rosterOf(state, seat) {
  const places = units(settingsOf(state).slots);
  const players = (state.rosters[seat] ?? []).map((id) => playerIn(state, id));
  const starters = places.filter(({ bench }) => !bench);
  // As many as can start do, and only then the bench.
  const first = placed(starters, players);
  const rest = placed(places.slice(starters.length), first.left);
  const on = [...first.on, ...rest.on];
  return { places: places.map((one, i) => ({ ...one, player: on[i] })), left: rest.left };
}

/** Starters' places that are empty, by name: what a team still needs. @returns {[string, number][]} */
export function needsOf(state, seat) {
  const needs = new Map();
  for (const { name, bench, player } of rosterOf(state, seat).places)
    if (!bench && !player) needs.set(name, (needs.get(name) ?? 0) + 1);
  return [...needs];
}

/**
 * Whom a team can take: `why(player)` is null, or `full`, `maximum`, `slot`, `needs`.
 * @returns {{why: (player: any) => string | null}}
 */
export function room(state, seat) {
  const { slots, maxima, needs } = settingsOf(state);
  const places = units(slots);
  const starters = places.filter(({ bench }) => !bench);
  const players = (state.rosters[seat] ?? []).map((id) => playerIn(state, id));
  const [all, first] = [placed(places, players), placed(starters, players)];
  const missing = first.on.filter((one) => !one).length;
  const free = openPlaces(state, seat);
  const after = Math.min(free - 1, isAuction(state) ? free - 1 : openCells(state, seat) - 1);
  const known = new Map();
  const look = (player) => {
    if (free <= 0) return "full";
    const [position] = player.positions;
    const most = maxima[position];
    if (most !== undefined && players.filter((one) => one.positions[0] === position).length >= most)
      return "maximum";
    if (needs === "any") return null;
    if (needs === "refuse" && !place(places, [...all.on], player)) return "slot";
    return missing > Math.max(0, after) && !place(starters, [...first.on], player) ? "needs" : null;
  };
  return {
    why: (player) => {
      const key = player.positions.join();
      if (!known.has(key)) known.set(key, look(player));
      return known.get(key);
    },
  };
}
