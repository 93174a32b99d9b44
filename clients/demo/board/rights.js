/** What this person may do here, now: only to spare them refusals; the server decides. Pure. */

export const MARKS = new Set(["line", "arrow", "zone", "text", "link", "measure", "comment"]);
/** What is locked together; comments are in none. */
export const LAYER_OF = {
  token: "players",
  ball: "players",
  equipment: "equipment",
  line: "marks",
  arrow: "marks",
  zone: "marks",
  text: "marks",
  link: "marks",
  measure: "marks",
  phase: "phases",
  stop: "phases",
};
const CHANGERS = new Set(["owner", "editor", "annotator"]);

/** @param {{role: string, me: string, readOnly: boolean, boardLocked: string | null}} who */
export function mayChangeBoard({ role, me, readOnly, boardLocked }) {
  if (!CHANGERS.has(role)) return false;
  if (role === "owner") return true;
  return !readOnly && (!boardLocked || boardLocked === me);
}

/** Who has locked the layer of a sort against this person; null: nobody. */
export function layerLockedBy(who, sort) {
  const by = who.layers?.[LAYER_OF[sort]] ?? null;
  return by === who.me || who.role === "owner" ? null : by;
}

export function mayAdd(who, sort) {
  const open = mayChangeBoard(who) && layerLockedBy(who, sort) === null;
  return open && (who.role !== "annotator" || MARKS.has(sort));
}

export function mayTouch(who, record) {
  if (!record || !mayAdd(who, record.sort)) return false;
  return who.role === "owner" || !record.locked || record.locked === who.me;
}

export const mayLock = (who) => mayChangeBoard(who) && who.role !== "annotator";
export const mayRestore = mayLock;
export const mayConfigure = (who) => who.role === "owner";

/** Why nothing can be changed, in words; null where something can. */
export function whyNot(who, names) {
  if (mayChangeBoard(who)) return null;
  if (who.role === "viewer")
    return "You are a viewer here: you see everything live and change nothing.";
  if (who.readOnly) return "An owner has made this board read only.";
  if (who.boardLocked) return `${names[who.boardLocked] ?? "Somebody"} has locked this board.`;
  return "You cannot change this board.";
}
