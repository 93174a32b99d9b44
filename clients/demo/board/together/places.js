/**
 * Where everybody looks: what we tell of ourselves, and what another's view means for this page.
 * Pure.
 *
 * @typedef {{zoom: number, centre: [number, number]}} Look
 * @typedef {{type: "view", at: [number, number], zoom: number, phase: string | null, ms: number |
 *   null}} View
 */
import { lineOf } from "../phases/moments.js";
import { ZOOM_MAX } from "../projection.js";

const REACH_MM = 200_000;
const MS_MAX = 14_400_000;
/** How long a request to come is one. */
export const GATHER_MS = 5_000;
const CLOSE = 0.002;
const CLOSE_MM = 20;
const GLIDE_MS = 70;

/** Whether the phases play for all; where there are none, nothing plays. */
export function playsForAll(state) {
  return Boolean(state?.playback) && lineOf(state.objects).duration > 0;
}

/**
 * What this page shows, as the others are told. While the phases play for all, whoever watches with
 * all tells no phase and no moment, and who looks alone at the set-up tells the moment 0.
 * @param {any} ui @param {number} now @param {{playback?: any, objects?: any}} [state] of the room
 * @returns {View}
 */
export function ownView(ui, now, state) {
  const forAll = playsForAll(state);
  const withAll = forAll && !ui.alone;
  const phase = withAll ? null : (ui.phase ?? null);
  const { zoom, centre } = ui.look;
  const reach = (value) => Math.max(-REACH_MM, Math.min(REACH_MM, Math.round(value)));
  return {
    type: "view",
    at: zoom === 1 ? [0, 0] : [reach(centre[0]), reach(centre[1])],
    zoom: Math.max(200, Math.min(20_000, Math.round(zoom * 1_000))),
    phase,
    ms: withAll ? null : ui.play ? momentOfOwn(ui.play, now) : forAll && phase === null ? 0 : null,
  };
}

function momentOfOwn({ at, since, playing, speed }, now) {
  const ms = at + (playing ? ((now - since) * speed) / 100 : 0);
  return Math.max(0, Math.min(MS_MAX, Math.round(ms)));
}

export function sameView(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** How this page looks where somebody else looks. @param {View} view @returns {Look} */
export function lookOf({ at, zoom }) {
  const near = Math.min(ZOOM_MAX, Math.max(1, zoom / 1_000));
  return { zoom: near, centre: near === 1 ? [0, 0] : [at[0], at[1]] };
}

/** The next frame on the way from one look to another. @param {Look} from @param {Look} to */
export function glide(from, to, passed) {
  const part = 1 - Math.exp(-Math.max(0, passed) / GLIDE_MS);
  const zoom = from.zoom * (to.zoom / from.zoom) ** part;
  const centre = [0, 1].map((i) => from.centre[i] + (to.centre[i] - from.centre[i]) * part);
  const there =
    Math.abs(zoom / to.zoom - 1) < CLOSE &&
    Math.hypot(centre[0] - to.centre[0], centre[1] - to.centre[1]) < CLOSE_MM;
  return there ? to : { zoom, centre };
}

/**
 * The view of an account: of its connections the one that told it last.
 * @param {Iterable<[number, {account: string, values: any}]>} people @param {Map<number, number>}
 *   told connection to when it told its view
 * @returns {View | null}
 */
export function viewOf(people, account, told) {
  let found = null;
  let latest = -Infinity;
  for (const [connection, person] of people) {
    const at = told.get(connection) ?? 0;
    if (person.account !== account || !person.values.view || at < latest) continue;
    [found, latest] = [person.values.view, at];
  }
  return found;
}

/** Whether a request to come is still one. @param {{n: number}} gather */
export function isFresh({ n }, serverNow) {
  return Math.abs(serverNow - n) < GATHER_MS;
}

/**
 * The phase that a view shows; null: the set-up; undefined: it watches with all what plays for all.
 * @param {View} view @param {{objects: Record<string, any>, playback?: any}} state
 * @returns {string | null | undefined}
 */
export function phaseOfView({ phase = null, ms = null }, state) {
  const { objects } = state;
  const line = lineOf(objects);
  if (ms !== null) {
    const index = line.phaseAt(ms);
    return index === null ? null : line.phases[index].id;
  }
  if (phase === null && playsForAll(state)) return undefined;
  return objects[phase]?.sort === "phase" ? phase : null;
}

/**
 * Who is in which phase; the set-up's key is null. Who watches with all is in none of them.
 * @param {{account: string, view: View | null}[]} people @param {{objects: Record<string, any>,
 * playback?: any}} state
 * @returns {Map<string | null, string[]>} accounts
 */
export function whoIsWhere(people, state) {
  const where = new Map();
  for (const { account, view } of people) {
    const phase = view ? phaseOfView(view, state) : undefined;
    if (phase !== undefined) where.set(phase, [...(where.get(phase) ?? []), account]);
  }
  return where;
}

/**
 * "Phase 2, Counter · the whole pitch" @param {View | null} view @param {{objects: Record<string,
 * any>, playback?: any}} state
 */
export function whereInWords(view, state) {
  if (!view) return "looking on";
  const { phases } = lineOf(state.objects);
  const shown = phaseOfView(view, state);
  const index = phases.findIndex(({ id }) => id === shown);
  const name = state.objects[shown ?? ""]?.props.name;
  const place = index < 0 ? "Set-up" : `Phase ${index + 1}${name ? `, ${name}` : ""}`;
  const parts = [
    phases.length === 0 ? null : shown === undefined ? "Watching with all" : place,
    view.zoom > 1_050 ? "a part of the pitch" : "the whole pitch",
  ];
  const words = parts.filter(Boolean).join(" · ");
  return words[0].toUpperCase() + words.slice(1);
}
