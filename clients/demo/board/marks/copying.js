/**
 * Copies of things, on this board or another: as a small board document, so that a whole exported
 * board can be pasted too, and what is copied can be read by others. Pure but for the ids.
 */
import { clampTo, newId } from "../commands.js";

const FORMAT = "touchline.board";
const NONE = new Map();
const SHOWN = ["layer", "group", "phase"];

/** Properties of each sort that can be copied. */
const PROPERTIES = {
  token:
    "at number name role side fill ink trim facing scale captain keeper photo".split(" "),
  ball: "at fill ink scale carrier".split(" "),
  line: "at points ink stroke width curve opacity".split(" "),
  arrow: "at points ink stroke width curve head opacity".split(" "),
  zone: "at size shape points fill ink stroke width turn opacity".split(" "),
  text: "at text fill ink scale turn opacity".split(" "),
  equipment: "at item fill ink scale turn".split(" "),
  link: "ends ink stroke width fill head measure opacity".split(" "),
  measure: "at points ink width".split(" "),
};

/** The document of some things of a board; null where none of them can be copied. */
export function documentOf({ objects, settings, name, ids }) {
  const copied = ids
    .filter((id) => PROPERTIES[objects[id]?.sort])
    .map((id) => ({ id, sort: objects[id].sort, props: spoken(objects[id]) }));
  if (copied.length === 0) return null;
  const { origin: _, ...own } = settings;
  return { format: FORMAT, version: 1, name, settings: own, objects: copied };
}

/** Only what its sort has, and is not null. */
function spoken({ sort, props }) {
  const names = [...PROPERTIES[sort], ...SHOWN];
  return Object.fromEntries(
    names.filter((name) => props[name] !== null && props[name] !== undefined).map((name) => [name, props[name]]),
  );
}

/** What a text holds, if it is such a document. @returns {{id: string, sort: string, props: any}[] | null} */
export function objectsIn(text) {
  if (!text.includes(FORMAT)) return null;
  let read;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  if (read?.format !== FORMAT || read.version !== 1 || !Array.isArray(read.objects)) return null;
  return read.objects
    .filter((one) => PROPERTIES[one?.sort] && typeof one.id === "string" && one.props !== null)
    .map(({ id, sort, props }) => ({ id, sort, props: spoken({ sort, props: props ?? {} }) }));
}

/** An id of its own for each thing. @param {{id: string}[]} objects @returns {Map<string, string>} */
export const freshIds = (objects) => new Map(objects.map(({ id }) => [id, newId()]));

/**
 * The same things with ids of their own, moved by `by`. What they name is the copy of it, else what
 * is on this board; a link that would miss an end is left out.
 * @param {{objects: any[], there: Record<string, any>, settings: any, by: [number, number], ids?:
 *   Map<string, string>, phases?: Map<string, string>}} given `ids`: what each is called here;
 *   `phases` that come along, and what they are called
 */
export function copiesOf({ objects, there, settings, by, ids = freshIds(objects), phases = NONE }) {
  const clamp = clampTo(settings);
  const groups = new Map();
  const named = (id) => ids.get(id) ?? (there[id] ? id : null);
  return objects.flatMap(({ id, sort, props }) => {
    const copy = { ...props };
    if (copy.at) copy.at = clamp([copy.at[0] + by[0], copy.at[1] + by[1]]);
    if (copy.ends) {
      copy.ends = copy.ends.map(named);
      if (copy.ends.includes(null)) return [];
    }
    if (copy.carrier) copy.carrier = named(copy.carrier) ?? undefined;
    if (phases.has(copy.phase)) copy.phase = phases.get(copy.phase);
    else if (copy.phase && there[copy.phase]?.sort !== "phase") delete copy.phase;
    if (copy.carrier === undefined) delete copy.carrier;
    if (copy.group) {
      if (!groups.has(copy.group)) groups.set(copy.group, newId("g_"));
      copy.group = groups.get(copy.group);
    }
    return [{ id: ids.get(id), sort, props: copy }];
  });
}
