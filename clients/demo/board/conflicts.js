/**
 * Conflicts that wait for a person's choice, and the command that carries the choice. Pure.
 *
 * A refused command is all or nothing, so its answer is too: what was in conflict goes by the
 * person's choice, and the rest of the command is put in as `mine`, against the versions that are
 * there now.
 *
 * @typedef {{id: string, property: string, theirs: any, mine: any, by: string, version: number,
 *   delete?: boolean}} Clash
 * @typedef {{unsavedId: string, command: any, clashes: Clash[], positions: boolean, deletes:
 *   boolean}} Conflict
 */

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
  return {
    type: "conflict.resolve",
    choices: conflict.deletes
      ? deletions(conflict, choice, objects)
      : writes(conflict, choice, objects),
  };
}

function writes({ command, clashes }, choice, objects) {
  const clashing = new Map(clashes.map((clash) => [`${clash.id} ${clash.property}`, clash]));
  const choices = clashes.map((clash) => {
    const base = { id: clash.id, property: clash.property, choice, theirs: clash.version };
    if (choice === "theirs") return base;
    const value = choice === "between" ? halfway(clash.mine, clash.theirs) : clash.mine;
    return { ...base, set: { [clash.property]: value } };
  });
  for (const { id, set } of wanted(command)) {
    for (const [property, value] of Object.entries(set)) {
      if (clashing.has(`${id} ${property}`) || !objects[id]) continue;
      choices.push({
        id,
        property,
        choice: "mine",
        theirs: objects[id].v[property] ?? 0,
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

/** What a command wanted to write, by object. */
function wanted(command) {
  if (command.type === "objects.set") return command.changes;
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
