/**
 * What goes from a board into a library: a side as a formation, the selection or all of it as a
 * board's document. People's words (comments) stay on the board. Pure.
 */
import { documentOf } from "../exchange/document.js";
import { slotsOf } from "./sides.js";

/** What one content may weigh, as UTF-8 (SPEC LB8). */
export const CONTENT_BYTES_MAX = 65_536;
const utf8 = new TextEncoder();

/** Kinds of what can be kept, in the order of the list: value, words. */
export const WHATS = [
  ["home", "Home side, as a formation"],
  ["away", "Away side, as a formation"],
  ["board", "This board"],
  ["set_piece", "Set piece"],
  ["drill", "Drill"],
];

/**
 * @param {{what: string, name: string, state: any, standing: Record<string, any>, ids: string[]}} of
 *   `ids`: of the selection, empty: everything; `standing`: everything where it is now
 * @returns {{sort: string, content: string, players: number | null} | {problem: string}}
 */
export function keptAs({ what, name, state, standing, ids }) {
  if (what === "home" || what === "away") {
    const slots = slotsOf(standing, what, state.settings);
    if (slots.length === 0) return { problem: `The ${what} side has nobody on the pitch yet.` };
    return { sort: "formation", content: JSON.stringify({ slots }), players: slots.length };
  }
  const objects = whole(ids.length > 0 ? chosen(state.objects, ids) : state.objects);
  if (Object.keys(objects).length === 0) return { problem: "There is nothing on the pitch yet." };
  const { origin: _, ...settings } = state.settings;
  const content = JSON.stringify(documentOf(name, { settings, objects }));
  const bytes = utf8.encode(content).length;
  if (bytes > CONTENT_BYTES_MAX)
    return {
      problem: `This is too large for a library: ${Math.ceil(bytes / 1024)} kB, and 64 kB is the most. Photos of players weigh most; or select a part of the board.`,
    };
  return { sort: what, content, players: null };
}

/** What is selected, with the phases and stops that move it. */
function chosen(objects, ids) {
  const wanted = new Set(ids);
  const kept = Object.entries(objects).filter(([id, { sort, props }]) => {
    if (sort === "phase") return true;
    return wanted.has(id) || (sort === "stop" && wanted.has(props.of));
  });
  const moving = kept.some(([, { sort }]) => sort === "stop");
  return Object.fromEntries(kept.filter(([, { sort }]) => moving || sort !== "phase"));
}

/** Without comments, and without what would point at something that is left behind. */
function whole(objects) {
  const there = (id) => id in objects && objects[id].sort !== "comment";
  const kept = [];
  for (const [id, { sort, props }] of Object.entries(objects)) {
    if (sort === "comment") continue;
    if (sort === "link" && !props.ends.every(there)) continue;
    if (sort === "stop" && !(there(props.of) && there(props.phase))) continue;
    const own = { ...props };
    for (const name of ["carrier", "phase"])
      if (own[name] && !there(own[name])) own[name] = null;
    kept.push([id, { sort, props: own }]);
  }
  return Object.fromEntries(kept);
}

