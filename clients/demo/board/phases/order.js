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
 */
export function rankBetween(before, after) {
  let rank = "";
  for (let place = 0; ; place += 1) {
    const low = DIGITS.indexOf(before?.[place] ?? DIGITS[0]);
    const high = after === null ? DIGITS.length : DIGITS.indexOf(after[place] ?? DIGITS[0]);
    if (high - low > 1) return rank + DIGITS[Math.floor((low + high) / 2)];
    rank += DIGITS[low];
    // Once below the upper bound, anything above the lower one will do.
    if (high > low) after = null;
  }
}

function rankAfter(phases, index) {
  return rankBetween(
    phases[index]?.[1].props.rank ?? null,
    phases[index + 1]?.[1].props.rank ?? null,
  );
}

/**
 * A rank behind the phase `index`. Where so many were put between two that it grows too long, all of
 * them get new ones first.
 * @returns {{rank: string, first: any[]}}
 */
function roomAfter(phases, index) {
  const rank = rankAfter(phases, index);
  if (rank.length <= RANK_MAX) return { rank, first: [] };
  const step = Math.floor(DIGITS.length ** 2 / (phases.length + 1));
  const evened = phases.map(([id, { props }], i) => {
    const place = step * (i + 1);
    const spaced = DIGITS[Math.floor(place / DIGITS.length)] + DIGITS[place % DIGITS.length] + "V";
    return [id, { props: { ...props, rank: spaced } }];
  });
  const changes = evened.map(([id, { props }]) => ({ id, set: { rank: props.rank } }));
  return { rank: rankAfter(evened, index), first: [setProps(changes)] };
}

/** A new phase behind another; behind the last where none is named. */
export function addPhase(objects, after = null) {
  const phases = phasesOf(objects);
  const found = phases.findIndex(([id]) => id === after);
  const index = found === -1 ? phases.length - 1 : found;
  const id = newId("o_", ID_LENGTH);
  const duration = phases[index]?.[1].props.duration ?? USUAL_MS;
  const { rank, first } = roomAfter(phases, index);
  const props = { rank, duration: Math.min(duration, 5_000) };
  return { id, commands: [...first, add([{ id, sort: "phase", props }])] };
}

/** The same phase once more, behind it: everybody ends where they end in it. */
export function copyPhase(objects, of) {
  const phases = phasesOf(objects);
  const index = phases.findIndex(([id]) => id === of);
  const rest = phases[index][1].props;
  const id = newId("o_", ID_LENGTH);
  const name = rest.name ? { name: `${rest.name} 2`.slice(0, 64) } : {};
  const { rank, first } = roomAfter(phases, index);
  const phase = { id, sort: "phase", props: { ...rest, ...name, rank } };
  const stops = stopsOf(objects, of).map(([, { props }]) => ({
    id: stopId(id, props.of),
    sort: "stop",
    props: { phase: id, of: props.of, at: props.at, ...carried(props) },
  }));
  const all = [phase, ...stops];
  const commands = [...first];
  for (let i = 0; i < all.length; i += CHANGES_MAX) commands.push(put(all.slice(i, i + CHANGES_MAX)));
  return { id, commands };
}

/** What of a stop holds at its end: the way there is not gone a second time. */
function carried({ facing = null, carrier = null }) {
  return { ...(facing === null ? {} : { facing }), ...(carrier === null ? {} : { carrier }) };
}

/** One place earlier (-1) or later (1); no command where there is none. */
export function movePhase(objects, id, by) {
  const phases = phasesOf(objects).filter(([one]) => one !== id);
  const from = phasesOf(objects).findIndex(([one]) => one === id);
  const to = from + by;
  if (from === -1 || to < 0 || to > phases.length) return [];
  const { rank, first } = roomAfter(phases, to - 1);
  return [...first, setProps([{ id, set: { rank } }])];
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
