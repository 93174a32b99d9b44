/**
 * One's line-up as places, and what a swap of two of them makes: which are legal by positions and
 * locks, as the server will see it. Pure. A place is `s3` (the fourth starter), `b<player>` (on the
 * bench) or `i<player>` (on injured reserve).
 */
import { lineUpOf, placesOf } from "/js/kinds/league.js";
import { lockOf } from "./reading.js";

/** Who may be on injured reserve; protocol/draft.py AWAY. */
const AWAY = new Set(["O", "OUT", "IR", "PUP", "SUS", "NA", "DNR", "RET"]);

/** Every place of a team in a week: `{key, place, slot, player}`. */
export function placesIn(state, week, team) {
  const { starters, ir = [] } = lineUpOf(state, week, team);
  const slots = placesOf(state, "start");
  const out = new Set([...starters, ...ir]);
  const bench = (state.rosters[team] ?? []).filter((player) => !out.has(player));
  const free = placesOf(state, "ir").length - ir.length;
  return [
    ...slots.map((slot, n) => ({ key: `s${n}`, place: slot.name, slot, player: starters[n] ?? "" })),
    ...bench.map((player) => ({ key: `b${player}`, place: "BN", slot: null, player })),
    ...(bench.length ? [] : [{ key: "b", place: "BN", slot: null, player: "" }]),
    ...ir.map((player) => ({ key: `i${player}`, place: "IR", slot: null, player })),
    ...(free > 0 ? [{ key: "i", place: "IR", slot: null, player: "" }] : []),
  ];
}

function fits(state, place, player) {
  if (!player) return true;
  const [, , positions = [], , status = ""] = state.players[player] ?? [];
  if (place.place === "IR" && place.slot === null) return AWAY.has(status);
  if (place.slot === null) return true;
  const wanted = place.slot.positions ?? [];
  return wanted.length === 0 || wanted.some((one) => positions.includes(one));
}

/** Why two places cannot be swapped; null: they can. */
export function swapProblem(state, week, one, other, now) {
  if (one.key === other.key || one.player === other.player) return "same";
  if (one.key[0] === other.key[0] && one.key[0] !== "s") return "same";
  if ([one, other].some(({ player }) => player && lockOf(state, week, player, now).locked)) return "locked";
  return fits(state, one, other.player) && fits(state, other, one.player) ? null : "position";
}

/** The command that swaps two places of a team. */
export function swapped(state, week, team, one, other) {
  const { starters, ir = [] } = lineUpOf(state, week, team);
  const next = { starters: [...starters], ir: [...ir] };
  for (const [place, player] of [
    [one, other.player],
    [other, one.player],
  ]) {
    if (place.key[0] === "s") next.starters[Number(place.key.slice(1))] = player;
    if (place.key[0] === "i") next.ir = next.ir.filter((who) => who !== place.player);
    if (place.key[0] === "i" && player) next.ir.push(player);
  }
  return { type: "line_up.set", week, team, starters: next.starters, ...(next.ir.length ? { ir: next.ir } : {}) };
}
