/** Things that belong together are selected and moved together. Pure. */

/** The ids, and everything in the groups of any of them, in the order of the board. */
export function groupsOf(objects, ids) {
  const wanted = new Set(ids);
  const groups = new Set(ids.map((id) => objects[id]?.props.group).filter(Boolean));
  if (groups.size === 0) return ids;
  return Object.keys(objects).filter(
    (id) => wanted.has(id) || groups.has(objects[id].props.group),
  );
}
