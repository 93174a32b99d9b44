/**
 * One gesture over more things than a command holds, or over more bytes: the same as several
 * commands, whole things each, in an order in which none needs a later one. Pure (SPEC BD8, BD48,
 * BD50, C6).
 */
import { CHANGES_MAX } from "./commands.js";

/** Where the list of a command stands that can be taken in pieces. */
const LISTS = {
  "objects.add": "objects",
  "objects.put": "objects",
  "objects.set": "changes",
  "objects.delete": "ids",
  "objects.lock": "ids",
};
const REFERRING = ["phase", "of", "ends", "pin", "carrier"];

const bytesOf = (value) => new TextEncoder().encode(JSON.stringify(value)).length;

/**
 * @param {any} command
 * @param {{bytesMax?: number, objects?: Record<string, any>}} [board] what a command may weigh; what
 *   is on the board, for what goes along with what is deleted
 * @returns {any[] | null} the command itself where it can go as it is; null: one thing is too large
 */
export function piecesOf(command, { bytesMax = Infinity, objects = {} } = {}) {
  const name = LISTS[command.type];
  const list = command[name] ?? [];
  if (list.length <= CHANGES_MAX && bytesOf(command) <= bytesMax) return [command];
  if (list.length === 0) return null;
  const around = bytesOf({ ...command, [name]: [] });
  const pieces = [];
  let room = 0;
  for (const one of inOrder(command, list, objects)) {
    const weight = bytesOf(one) + 1;
    if (around + weight > bytesMax) return null;
    if (pieces.length === 0 || weight > room || pieces.at(-1).length === CHANGES_MAX) {
      pieces.push([]);
      room = bytesMax - around;
    }
    pieces.at(-1).push(one);
    room -= weight;
  }
  return pieces.map((some) => ({ ...command, [name]: some }));
}

/** What others name first; what goes along with others before them, so that it is there to go. */
function inOrder({ type }, list, objects) {
  if (type === "objects.delete") return sorted(list.map((id) => [id, objects[id]?.props ?? {}])).reverse();
  if (type !== "objects.add" && type !== "objects.put") return list;
  const byId = new Map(list.map((one) => [one.id, one]));
  return sorted(list.map(({ id, props }) => [id, props])).map((id) => byId.get(id));
}

/** Ids, each behind those it names, otherwise as they stood. @param {[string, any][]} pairs */
function sorted(pairs) {
  const props = new Map(pairs);
  const done = new Set();
  const add = (id, depth) => {
    // A name leads to a name at most a few times (a comment on a mark of a phase); a ring ends here.
    if (done.has(id) || !props.has(id) || depth > REFERRING.length) return;
    for (const name of REFERRING) for (const other of [props.get(id)[name] ?? []].flat()) add(other, depth + 1);
    done.add(id);
  };
  for (const [id] of pairs) add(id, 0);
  return [...done];
}
