/**
 * Conflicts that wait for a person's choice, and the command that carries the choice. Pure.
 *
 * A refused command is all or nothing, so its answer is too: what was in conflict goes by the
 * person's choice, and the rest of the command is put in as `mine`. Values of things that are there
 * are chosen against their versions (SPEC BD25); a command that also brings things, or has more
 * values than there can be choices, is sent again without what was given up, as made when the newest
 * of what it was decided against was written, so that only what came later is asked about again.
 *
 * @typedef {{id: string, property: string, theirs: any, mine: any, by: string, version: number,
 *   delete?: boolean}} Clash
 * @typedef {{unsavedId: string, command: any, clashes: Clash[], positions: boolean, deletes:
 *   boolean}} Conflict
 */
import { CHANGES_MAX, put, setProps } from "./commands.js";

/** @param {any[]} unsaved what the room keeps for the person @returns {Conflict[]} */
export function openConflicts(unsaved) {
  return unsaved
    .filter((item) => item.code === "conflict" && Array.isArray(item.detail?.conflicts))
    .map((item) => ({
      unsavedId: item.id,
      command: item.command,
      clashes: item.detail.conflicts,
      positions: item.detail.conflicts.every((clash) => clash.property === "at" && !clash.delete),
      deletes: item.detail.conflicts.some((clash) => clash.delete),
    }));
}

/** Halfway between two places. */
export function halfway(a, b) {
  return [Math.round((a[0] + b[0]) / 2), Math.round((a[1] + b[1]) / 2)];
}

/**
 * @param {Conflict} conflict
 * @param {"mine" | "theirs" | "between"} choice
 * @param {Record<string, any>} objects the confirmed objects, for the versions of what was not in
 *   conflict
 */
export function resolution(conflict, choice, objects) {
  const resolve = (choices) => ({ command: { type: "conflict.resolve", choices } });
  if (conflict.deletes) return resolve(deletions(conflict, choice, objects));
  const choices = writes(conflict, choice, objects);
  if (conflict.command.type !== "objects.put" && choices.length <= CHANGES_MAX)
    return resolve(choices);
  const again = anew(conflict, choice, objects);
  // Theirs stays, and there was nothing else.
  if (again === null) return resolve(choices.slice(0, Math.min(conflict.clashes.length, CHANGES_MAX)));
  return { command: again, made: Math.max(...conflict.clashes.map(({ version }) => version)) };
}

/** The same command without what was given up; null where nothing is left of it. */
function anew({ command, clashes }, choice, objects) {
  const clashing = byValue(clashes);
  const given = new Set(choice === "theirs" ? clashes.map(({ id }) => id) : []);
  const value = (id, property, wish) => {
    const clash = clashing.get(`${id} ${property}`);
    return clash ? chosen(clash, choice) : wish;
  };
  const parts = wanted(command).flatMap((one) => {
    const there = objects[one.id]?.props;
    const values = Object.entries(one.set).map(([name, wish]) => [name, value(one.id, name, wish)]);
    // What somebody deleted since comes back whole, or not at all.
    if (!there) return given.has(one.id) ? [] : [{ ...one, set: Object.fromEntries(values) }];
    const left = values.filter(([name, wish]) => wish !== undefined && !alike(wish, there[name]));
    return left.length > 0 ? [{ ...one, set: Object.fromEntries(left) }] : [];
  });
  if (parts.length === 0) return null;
  if (command.type !== "objects.put") return setProps(parts);
  return put(parts.map(({ id, sort, set }) => ({ id, sort, props: set })));
}

function alike(one, other) {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

function byValue(clashes) {
  return new Map(clashes.map((clash) => [`${clash.id} ${clash.property}`, clash]));
}

/** What the person wants there; undefined: what is there. */
function chosen(clash, choice) {
  if (choice === "theirs") return undefined;
  return choice === "between" ? halfway(clash.mine, clash.theirs) : clash.mine;
}

function writes({ command, clashes }, choice, objects) {
  const clashing = byValue(clashes);
  const choices = clashes.map((clash) => {
    const base = { id: clash.id, property: clash.property, choice, theirs: clash.version };
    if (choice === "theirs") return base;
    return { ...base, set: { [clash.property]: chosen(clash, choice) } };
  });
  for (const { id, set } of wanted(command)) {
    for (const [property, value] of Object.entries(set)) {
      if (clashing.has(`${id} ${property}`)) continue;
      choices.push({
        id,
        property,
        choice: "mine",
        // What is gone since is refused by name, not passed over.
        theirs: objects[id]?.v[property] ?? 0,
        set: { [property]: value },
      });
    }
  }
  return choices;
}

function deletions({ command, clashes }, choice, objects) {
  const clashing = new Set(clashes.map((clash) => clash.id));
  const ids = command.ids ?? command.choices.map((one) => one.id);
  return ids
    .filter((id) => objects[id])
    .map((id) => ({
      id,
      property: "*",
      choice: clashing.has(id) ? choice : "mine",
      theirs: newest(objects[id]),
    }));
}

function newest(record) {
  return Math.max(...Object.values(record.v));
}

/**
 * What a command wanted to write, by object; `sort` where it would bring what is not there.
 * @returns {{id: string, sort?: string, set: any}[]}
 */
export function wanted(command) {
  if (command.type === "objects.set") return command.changes;
  if (command.type === "objects.put")
    return command.objects.map(({ id, sort, props }) => ({ id, sort, set: props }));
  if (command.type === "conflict.resolve") {
    return command.choices
      .filter((one) => one.choice !== "theirs" && one.set)
      .map(({ id, set }) => ({ id, set }));
  }
  return [];
}

/** Ids of the objects that a refused command concerns, for marks beside them. */
export function concerned(command) {
  switch (command.type) {
    case "objects.add":
    case "objects.put":
      return command.objects.map((one) => one.id);
    case "objects.set":
      return command.changes.map((one) => one.id);
    case "objects.delete":
    case "objects.lock":
      return command.ids;
    case "conflict.resolve":
      return command.choices.map((one) => one.id);
    default:
      return [];
  }
}
