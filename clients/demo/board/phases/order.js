/**
 * The phases of a board and their order: who comes after whom, and the commands that add, copy, move
 * and take away. Pure but for the ids of what is new (SPEC BD52, BD59, BD64).
 */
import { CHANGES_MAX, add, newId, put, remove, setProps } from "../commands.js";

export const USUAL_MS = 2_000;
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ID_LENGTH = 18;
const RANK_MAX = 32;

/** @returns {[string, any][]} id and object of every phase, in the order in which they play */
export function phasesOf(objects) {
  return Object.entries(objects)
    .filter(([, { sort }]) => sort === "phase")
    .sort(([a, one], [b, two]) => compare(one.props.rank, two.props.rank) || compare(a, b));
}

/** Stops of one phase. @returns {[string, any][]} */
export function stopsOf(objects, phase) {
  return Object.entries(objects).filter(
    ([, { sort, props }]) => sort === "stop" && props.phase === phase,
  );
}

/** The stop of an object in a phase: two people who set it mean the same one. */
export function stopId(phase, of) {
  return `o_${phase.slice(2)}-${of.slice(2)}`;
}

function compare(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * A rank between two, as text: `null` is before the first or after the last. Never ends in the
 * lowest digit, so that there is always something before it.
 * @param {string | null} before @param {string | null} after
 * @returns {string | null} null: there is none of at most 32 digits, as between two that are equal
 */
export function rankBetween(before, after) {
  if (before !== null && after !== null && before >= after) return null;
  let rank = "";
  while (rank.length < RANK_MAX) {
    const place = rank.length;
    const low = DIGITS.indexOf(before?.[place] ?? DIGITS[0]);
    const high = after === null ? DIGITS.length : DIGITS.indexOf(after[place] ?? DIGITS[0]);
    if (high - low > 1) return rank + DIGITS[Math.floor((low + high) / 2)];
    rank += DIGITS[low];
    // Once below the upper bound, anything above the lower one will do.
    if (high > low) after = null;
  }
  return null;
}

/** So many ranks between two, in their order; null where there are not so many. */
function ranksBetween(count, before, after) {
  if (count === 0) return [];
  const middle = rankBetween(before, after);
  if (middle === null) return null;
  const half = Math.floor(count / 2);
  const low = ranksBetween(half, before, middle);
  const high = ranksBetween(count - 1 - half, middle, after);
  return low && high && [...low, middle, ...high];
}

/**
 * A rank behind the phase `index`. Two people who add one at once give theirs the same rank, and
 * many between two make it too long: then as few of the phases behind as will do get new ones, and
 * all of them where that does not help.
 * @returns {{rank: string, others: {id: string, rank: string}[]}}
 */
function roomAfter(phases, index) {
  const before = phases[index]?.[1].props.rank ?? null;
  for (let end = index + 1; end <= phases.length; end += 1) {
    const after = phases[end]?.[1].props.rank ?? null;
    const ranks = ranksBetween(end - index, before, after);
    if (ranks) return ranked(ranks, phases.slice(index + 1, end), 0);
  }
  return ranked(ranksBetween(phases.length + 1, null, null), phases, index + 1);
}

/** The rank at a place is for what is new, the rest for the others; those that have theirs keep it. */
function ranked(ranks, phases, place) {
  const rest = [...ranks.slice(0, place), ...ranks.slice(place + 1)];
  const others = phases.map(([id, { props }], i) => ({ id, rank: rest[i], had: props.rank }));
  return { rank: ranks[place], others: others.filter(({ rank, had }) => rank !== had) };
}

/** As few commands as there can be. @param {any[]} all @param {(some: any[]) => any} command */
function sliced(all, command) {
  const commands = [];
  for (let i = 0; i < all.length; i += CHANGES_MAX) commands.push(command(all.slice(i, i + CHANGES_MAX)));
  return commands;
}

/** A new phase with what is in it; others make room for it in the same command. */
function arrival(fresh, others) {
  const moved = others.map(({ id, rank }) => ({ id, sort: "phase", props: { rank } }));
  return sliced([...moved, ...fresh], put);
}

/** A new phase behind another; behind the last where none is named. */
export function addPhase(objects, after = null) {
  const phases = phasesOf(objects);
  const found = phases.findIndex(([id]) => id === after);
  const index = found === -1 ? phases.length - 1 : found;
  const id = newId("o_", ID_LENGTH);
  const duration = phases[index]?.[1].props.duration ?? USUAL_MS;
  const { rank, others } = roomAfter(phases, index);
  const phase = { id, sort: "phase", props: { rank, duration: Math.min(duration, 5_000) } };
  return { id, commands: others.length > 0 ? arrival([phase], others) : [add([phase])] };
}

/** The same phase once more, behind it: everybody ends where they end in it. */
export function copyPhase(objects, of) {
  const phases = phasesOf(objects);
  const index = phases.findIndex(([id]) => id === of);
  const rest = phases[index][1].props;
  const id = newId("o_", ID_LENGTH);
  const name = rest.name ? { name: `${rest.name} 2`.slice(0, 64) } : {};
  const { rank, others } = roomAfter(phases, index);
  const phase = { id, sort: "phase", props: { ...rest, ...name, rank } };
  const stops = stopsOf(objects, of).map(([, { props }]) => ({
    id: stopId(id, props.of),
    sort: "stop",
    props: { phase: id, of: props.of, at: props.at, ...carried(props, objects) },
  }));
  return { id, commands: arrival([phase, ...stops], others) };
}

/** What of a stop holds at its end: the way there is not gone twice, and who is gone has no ball. */
function carried({ facing = null, carrier = null }, objects) {
  const has = objects[carrier]?.sort === "token";
  return { ...(facing === null ? {} : { facing }), ...(has ? { carrier } : {}) };
}

/** One place earlier (-1) or later (1); no command where there is none. */
export function movePhase(objects, id, by) {
  const phases = phasesOf(objects).filter(([one]) => one !== id);
  const from = phasesOf(objects).findIndex(([one]) => one === id);
  const to = from + by;
  if (from === -1 || to < 0 || to > phases.length) return [];
  const { rank, others } = roomAfter(phases, to - 1);
  const changes = [...others, { id, rank }].map((one) => ({ id: one.id, set: { rank: one.rank } }));
  return sliced(changes, setProps);
}

export const removePhase = (id) => remove([id]);

/** Where objects shall be at the end of a phase. @param {{id: string, set: any}[]} ends */
export function putStops(phase, ends) {
  return put(
    ends.map(({ id, set }) => ({
      id: stopId(phase, id),
      sort: "stop",
      props: { phase, of: id, ...set },
    })),
  );
}
