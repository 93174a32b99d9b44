/**
 * Which moment of the phases the pitch shows, and where everything is then. Pure; the line of the
 * phases is worked out once for every state of the objects.
 */
import { momentOf, timelineOf } from "/js/kinds/board_timeline.js";

const MOVERS = new Set(["token", "ball", "equipment"]);
const BESIDE_MM = 2_000;

let last = { objects: null, line: null };
/** What of them is on the pitch: every frame asks. */
let lastSeen = { objects: null, phase: null, seen: null };

/** The timeline of these objects. @returns {import("/js/kinds/board_timeline.js").Timeline} */
export function lineOf(objects) {
  if (last.objects !== objects) last = { objects, line: timelineOf(objects) };
  return last.line;
}

export function isMover(record) {
  return record !== undefined && MOVERS.has(record.sort);
}

/**
 * Where one's own playback is. @param {{at: number, since: number, playing: boolean, speed: number,
 * loop: boolean, from_ms?: number | null, to_ms?: number | null}} play `since`: the page's clock
 * @param {number} now @param {number} duration
 */
export function ownMoment(play, now, duration) {
  const { at, since, playing, speed, loop, from_ms = null, to_ms = null } = play;
  return momentOf({ at_ms: at, since, playing, speed, loop, from_ms, to_ms }, now, duration);
}

/**
 * The phases over which a playback goes again and again: the first and the last of its part.
 * @param {{phases: {start: number, duration: number}[]}} line @param {{from_ms?: number | null,
 * to_ms?: number | null}} play @returns {[number, number]} their indices
 */
export function partOf({ phases }, { from_ms = null, to_ms = null }) {
  const last = phases.length - 1;
  const first = phases.findIndex(({ start, duration }) => start + duration > (from_ms ?? 0));
  const end = to_ms === null ? last : phases.findIndex(({ start, duration }) => start + duration >= to_ms);
  const from = first === -1 ? last : first;
  return [from, Math.max(from, end === -1 ? last : end)];
}

/** From and to of a playback over these phases; null where it is the beginning or the end of all. */
export function boundsOf({ phases }, first, last) {
  return {
    from_ms: first === 0 ? null : phases[first].start,
    to_ms: last === phases.length - 1 ? null : phases[last].start + phases[last].duration,
  };
}

/**
 * What is shown: the set-up, the end of the phase that is worked on, or a moment that plays.
 * @param {{objects: any, playback: any, ui: any, now: number, serverNow: number}} model
 * @returns {{ms: number, phase: string | null, playing: boolean, shared: boolean}} `phase` whose
 *   marks are shown
 */
export function shownMoment({ objects, playback, ui, now, serverNow }) {
  const line = lineOf(objects);
  const { duration, phases } = line;
  const moment = (ms, running, shared) => {
    const index = line.phaseAt(ms);
    const ended = ms >= duration && !(shared ? playback.loop : ui.play.loop);
    const phase = index === null ? null : phases[index].id;
    return { ms, phase, playing: running && duration > 0 && !ended, shared };
  };
  if (playback && !ui.alone && duration > 0)
    return moment(momentOf(playback, serverNow, duration), playback.playing, true);
  if (ui.play && duration > 0)
    return moment(ownMoment(ui.play, now, duration), ui.play.playing, false);
  const span = phases.find(({ id }) => id === ui.phase);
  if (!span) return { ms: 0, phase: null, playing: false, shared: false };
  return { ms: span.start + span.duration, phase: span.id, playing: false, shared: false };
}

/**
 * The phase whose end (or null: the set-up) is at this moment; undefined between them.
 * @returns {string | null | undefined}
 */
export function workedOn(objects, { ms, playing }) {
  if (playing) return undefined;
  const { phases } = lineOf(objects);
  if (ms <= 0 || phases.length === 0) return null;
  return phases.find(({ start, duration }) => Math.abs(start + duration - ms) < 1)?.id;
}

/** Places of everything that moves. @returns {Record<string, {x: number, y: number, facing: any}>} */
export function placesAt(objects, ms) {
  return lineOf(objects).at(ms);
}

/** Objects that the pitch draws: no phases and stops, and of a phase's own marks those of `phase`. */
export function onPitch(objects, phase = null) {
  if (lastSeen.objects === objects && lastSeen.phase === phase) return lastSeen.seen;
  const seen = Object.fromEntries(
    Object.entries(objects).filter(
      ([, { sort, props }]) =>
        sort !== "phase" && sort !== "stop" && (props.phase == null || props.phase === phase),
    ),
  );
  lastSeen = { objects, phase, seen };
  return seen;
}

/** What of it is selected and counted: comments are opened by their pins. */
export function thingsOn(objects, phase = null) {
  const seen = Object.entries(onPitch(objects, phase));
  return Object.fromEntries(seen.filter(([, { sort }]) => sort !== "comment"));
}

/** The token beside which a ball lies, if one is near enough to have it. */
export function carrierNear(objects, places, at, except = null) {
  let best = null;
  let least = BESIDE_MM;
  for (const [id, { sort }] of Object.entries(objects)) {
    if (sort !== "token" || id === except) continue;
    const place = places[id];
    const distance = place ? Math.hypot(place.x - at[0], place.y - at[1]) : Infinity;
    if (distance < least) [best, least] = [id, distance];
  }
  return best;
}

/** Who has the ball at the end of a phase, or in the set-up (`phase` null). */
export function carrierOf(objects, id, phase) {
  const { phases } = lineOf(objects);
  let carrier = objects[id]?.props.carrier ?? null;
  for (const span of phase === null ? [] : phases) {
    const stop = objects[`o_${span.id.slice(2)}-${id.slice(2)}`];
    if (stop) carrier = stop.props.carrier ?? null;
    if (span.id === phase) break;
  }
  return carrier !== null && objects[carrier]?.sort === "token" ? carrier : null;
}
