/** What this person may do here, now: only to spare them refusals; the server decides. Pure. */

export const MARKS = new Set(["line", "arrow", "zone", "text", "link", "measure", "comment"]);
const CHANGERS = new Set(["owner", "editor", "annotator"]);

/** @param {{role: string, me: string, readOnly: boolean, boardLocked: string | null}} who */
export function mayChangeBoard({ role, me, readOnly, boardLocked }) {
  if (!CHANGERS.has(role)) return false;
  if (role === "owner") return true;
  return !readOnly && (!boardLocked || boardLocked === me);
}

export function mayAdd(who, sort) {
  return mayChangeBoard(who) && (who.role !== "annotator" || MARKS.has(sort));
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
