/** Lists after an act: order by drag and keys, in and out. Pure. */

/** @template T @param {T[]} list @param {T} id */
export function toggled(list, id) {
  return list.includes(id) ? list.filter((one) => one !== id) : [...list, id];
}

/** So many places further; over the ends it stays at the end. */
export function moved(list, id, by) {
  const from = list.indexOf(id);
  if (from < 0) return list;
  const to = Math.max(0, Math.min(list.length - 1, from + by));
  return placed(list, id, to);
}

/** To the place of another: what lay there makes room on the side one comes from. */
export function droppedOn(list, id, target) {
  const to = list.indexOf(target);
  if (to < 0 || id === target) return list;
  return placed(list.includes(id) ? list : [...list, id], id, to);
}

function placed(list, id, to) {
  const others = list.filter((one) => one !== id);
  return [...others.slice(0, to), id, ...others.slice(to)];
}
