/**
 * What two versions differ in, as rows of a list and as what is drawn over the later one. Pure; the
 * differences are the server's (GET /rooms/{id}/diff).
 *
 * @typedef {{id: string, sort: string, what: "added" | "removed" | "changed", version: number, by:
 *   string, props?: any, changes?: Record<string, {before: any, after: any, version: number, by:
 *   string}>, moved?: number}} Difference
 * @typedef {{key: string, id: string, tone: string, title: string, detail: string, by: string,
 *   who: string, version: number, bound?: string[]}} Row `bound`: what it goes and comes with
 */
import { lengthWords as inUnits, unitsOf } from "../marks/lengths.js";
import { propertyName, thingName } from "../words.js";

const NAMED = new Set(["token", "ball", "line", "arrow", "zone", "text"]);
const OTHER = {
  equipment: ({ item }) => `a ${String(item ?? "thing").replaceAll("_", " ")}`,
  link: () => "a link",
  measure: () => "a measure",
  comment: ({ text }) => `the comment “${cut(text)}”`,
  phase: ({ name }) => (name ? `the phase “${name}”` : "a phase"),
  stop: () => "a step of a player",
};
const SETTING = {
  sport: "sport",
  length_mm: "length of the pitch",
  width_mm: "width of the pitch",
  conflicts: "rule for conflicts",
  part: "part of the pitch",
  portrait: "direction of the pitch",
  stripes: "stripes",
  zones: "zones",
  units: "units",
};
const MORE = {
  captain: "armband",
  keeper: "goalkeeper",
  photo: "photo",
  ends: "ends",
  pin: "pin",
  done: "mark as done",
  group: "group",
  phase: "phase",
  rank: "order",
  duration: "duration",
  easing: "pace",
  notes: "notes",
  carrier: "carrier",
  item: "kind",
  flight: "height of the pass",
  sampled: "track",
};
/** What an object goes and comes with (SPEC BD50, BD62). */
const BINDING = ["phase", "of", "ends", "pin"];

const cut = (text) => (text?.length > 24 ? `${text.slice(0, 23)}…` : (text ?? ""));

/** What an object is called. */
export function nameOf(sort, props) {
  if (NAMED.has(sort)) return thingName({ sort, props });
  return OTHER[sort]?.(props ?? {}) ?? "a thing";
}

/** A length as it is measured on this board: "4.2 m", "12.0 yd" (SPEC BD95). @param {any} settings */
export function lengthWords(mm, settings) {
  return inUnits(mm, settings ? unitsOf(settings) : "m");
}

/** @param {Difference} one @param {any} state the later version's */
const propsOf = (one, state) => one.props ?? state?.objects[one.id]?.props ?? {};

const capital = (words) => words[0].toUpperCase() + words.slice(1);

/**
 * One row for each difference, those of the pitch before those of the settings.
 * @param {{objects: Difference[], settings: Record<string, any>, names: Record<string, string>}} diff
 * @param {any} state the later version's @param {string} me @returns {Row[]}
 */
export function differenceRows(diff, state, me) {
  const who = (by) => (by === me ? "You" : diff.names[by] || "Somebody");
  const objects = diff.objects.map((one) => ({
    key: `${one.what} ${one.id}`,
    id: one.id,
    tone: toneOf(one),
    title: capital(nameOf(one.sort, propsOf(one, state))),
    detail: detailOf(one, state?.settings),
    by: one.by,
    who: who(one.by),
    version: one.version,
    bound: BINDING.flatMap((name) => propsOf(one, state)[name] ?? []),
  }));
  const settings = Object.entries(diff.settings).map(([name, { version, by }]) => ({
    key: `setting ${name}`,
    id: "",
    tone: "setting",
    title: "The board",
    detail: `has another ${SETTING[name] ?? name}`,
    by,
    who: who(by),
    version,
  }));
  return [...objects, ...settings];
}

/**
 * Those of the chosen that others do not bring along: who is restored in several goes does not name
 * what an earlier one has taken or brought already. @param {Row[]} rows @param {Set<string>} chosen
 */
export function rootsOf(rows, chosen) {
  const bound = new Map(rows.map((row) => [row.id, row.bound ?? []]));
  const ids = [...chosen];
  const roots = ids.filter((id) => !bound.get(id)?.some((other) => chosen.has(other)));
  const covered = new Set(roots);
  for (let before = -1; before < covered.size; ) {
    before = covered.size;
    for (const id of ids) if (bound.get(id)?.some((other) => covered.has(other))) covered.add(id);
  }
  // Two comments that name each other hang on nothing else.
  return [...roots, ...ids.filter((id) => !covered.has(id))];
}

/** @param {Difference} one */
function toneOf({ what, moved }) {
  if (what !== "changed") return what;
  return moved === undefined ? "changed" : "moved";
}

/** @param {Difference} one */
function detailOf(one, settings) {
  if (one.what === "added") return "is new";
  if (one.what === "removed") return "is gone";
  const others = Object.keys(one.changes ?? {}).filter((name) => name !== "at");
  const words = others.map((name) => MORE[name] ?? propertyName(name)).join(", ");
  const moved = one.moved === undefined ? null : `moved ${lengthWords(one.moved, settings)}`;
  if (!words) return moved ?? "changed";
  return moved ? `${moved}, other ${words}` : `has another ${words}`;
}

/** How many of each, in a few words: "3 moved, 1 new". */
export function differenceSummary(rows) {
  const count = (tone, words) => {
    const found = rows.filter((row) => row.tone === tone).length;
    return found > 0 ? `${found} ${words}` : null;
  };
  const parts = [
    count("moved", "moved"),
    count("changed", "changed"),
    count("added", "new"),
    count("removed", "gone"),
    count("setting", "of the board"),
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(", ") : "No difference";
}

/**
 * What is drawn over the later version: ways from where things were, rings round what is new, ghosts
 * of what is gone. What has no place on the pitch (phases, stops, links, comments) is in the list
 * alone.
 * @returns {{key: string, id: string, tone: string, from: [number, number] | null, at: [number,
 *   number], record: any, words: string}[]}
 */
export function overlayOf(diff, state, rows) {
  const byKey = new Map(rows.map((row) => [row.key, row]));
  return diff.objects.flatMap((one) => {
    if (!NAMED.has(one.sort) && one.sort !== "equipment" && one.sort !== "measure") return [];
    const props = propsOf(one, state);
    if (!props.at) return [];
    const key = `${one.what} ${one.id}`;
    const row = byKey.get(key);
    const words =
      one.moved === undefined
        ? row.who
        : `${lengthWords(one.moved, state?.settings)} · ${row.who}`;
    const from = one.changes?.at?.before ?? null;
    const record = { sort: one.sort, props };
    return [{ key, id: one.id, tone: row.tone, from, at: props.at, record, words }];
  });
}
