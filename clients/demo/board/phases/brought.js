/**
 * The phases of a board's document put behind those of another board, with ids of their own, for
 * those of its things that come along. Pure but for the ids.
 */
import { clampTo, newId } from "../commands.js";
import { phasesOf, rankBetween, stopId } from "./order.js";

const ID_LENGTH = 18;
const PHASE = ["duration", "name", "notes", "easing"];
const STOP = ["points", "curve", "sampled", "facing", "carrier", "flight"];

/** Phases and stops that a document's text holds. @returns {{phases: [string, any][], stops: any[]}} */
export function phasesIn(text) {
  const all = JSON.parse(text).objects;
  const phases = phasesOf(Object.fromEntries(all.map((one) => [one.id, one])));
  return { phases, stops: all.filter(({ sort }) => sort === "stop").map(({ props }) => props) };
}

/** New ids for the phases in which something moves that comes along, in order. */
export function idsForPhases({ phases, stops }, things) {
  const used = new Set(stops.filter(({ of }) => things.has(of)).map(({ phase }) => phase));
  return new Map(phases.filter(([id]) => used.has(id)).map(([id]) => [id, newId("o_", ID_LENGTH)]));
}

/**
 * Objects to put: the phases, each with its stops behind it.
 * @param {{phases: [string, any][], stops: any[], ids: Map<string, string>, things: Map<string,
 *   string>, there: Record<string, any>, settings: any, by: [number, number]}} given `ids` of the
 *   phases and `things`: what each is called here; `by`: how far everything is moved
 */
export function brought({ phases, stops, ids, things, there, settings, by }) {
  const clamp = clampTo(settings);
  let rank = phasesOf(there).at(-1)?.[1].props.rank ?? null;
  return phases.flatMap(([phase, { props }]) => {
    const id = ids.get(phase);
    if (id === undefined) return [];
    rank = rankBetween(rank, null);
    const own = stops.filter((stop) => stop.phase === phase && things.has(stop.of));
    return [
      { id, sort: "phase", props: { ...only(PHASE, props), rank } },
      ...own.map((stop) => {
        const of = things.get(stop.of);
        const at = clamp([stop.at[0] + by[0], stop.at[1] + by[1]]);
        const more = only(STOP, stop);
        if (more.carrier) more.carrier = things.get(more.carrier) ?? null;
        return { id: stopId(id, of), sort: "stop", props: { phase: id, of, at, ...more } };
      }),
    ];
  });
}

function only(names, props) {
  return Object.fromEntries(names.filter((name) => props[name] != null).map((name) => [name, props[name]]));
}
