/**
 * Which properties of an object name another one, and what goes when it goes. Mirrors
 * server/rules/board_references.py (SPEC BD48 to BD52). Pure.
 *
 * @typedef {import('./board.js').BoardObject} BoardObject
 * @typedef {Record<string, BoardObject>} Objects
 * @typedef {(id: string) => string | undefined} SortOf the sort of what is, or would be, there
 */

const THINGS = new Set(['token', 'ball', 'equipment']);
const PINNED = ['token', 'ball', 'equipment', 'line', 'arrow', 'zone', 'text', 'measure'];

/** @type {Readonly<Record<string, ReadonlySet<string>>>} property to the sorts it may name */
const REFERENCES = Object.freeze({
  ends: THINGS,
  of: THINGS,
  carrier: new Set(['token']),
  phase: new Set(['phase']),
  pin: new Set([...PINNED, 'comment']),
});

/** An object goes with what these name. A ball without its carrier lies where it is. */
const BINDING = Object.freeze(['phase', 'of', 'ends', 'pin']);

/**
 * The id of the stop of an object in a phase (BD52).
 * @param {string} phase
 * @param {string} of
 */
export function stopId(phase, of) {
  return `o_${phase.slice(2)}-${of.slice(2)}`;
}

/**
 * @param {any} value of a property that refers
 * @returns {string[]}
 */
function namedBy(value) {
  if (value == null) return [];
  return typeof value === 'string' ? [value] : value;
}

/**
 * @param {Record<string, any>} props
 * @returns {string[]} ids without which an object with these would not be
 */
function bindings(props) {
  return BINDING.flatMap((name) => namedBy(props[name]));
}

/**
 * BD48: whether the values may be written to the object.
 * @param {string} id
 * @param {Record<string, any>} values
 * @param {SortOf} sortOf
 */
export function refersWell(id, values, sortOf) {
  return Object.entries(REFERENCES).every(([name, sorts]) => {
    const named = namedBy(values[name]);
    return (
      new Set(named).size === named.length &&
      named.every((one) => one !== id && sorts.has(sortOf(one) ?? ''))
    );
  });
}

/**
 * BD51: whether everything is there that an object with these values is bound to.
 * @param {Record<string, any>} values
 * @param {SortOf} sortOf
 */
export function isMet(values, sortOf) {
  return BINDING.every((name) =>
    namedBy(values[name]).every((one) => REFERENCES[name]?.has(sortOf(one) ?? '')),
  );
}

/**
 * BD50: the ids, after them what is bound to one of them in the order of the board, after that what
 * is bound to those, and so on.
 * @param {Objects} objects
 * @param {string[]} ids
 * @returns {string[]}
 */
export function withDependents(objects, ids) {
  const found = new Set(ids);
  let bound = Object.entries(objects)
    .map(([id, { props }]) => ({ id, named: bindings(props) }))
    .filter(({ id, named }) => named.length > 0 && !found.has(id));
  for (let before = 0; before < found.size; ) {
    before = found.size;
    bound = bound.filter(({ id, named }) => {
      if (!named.some((one) => found.has(one))) return true;
      found.add(id);
      return false;
    });
  }
  return [...found];
}

/**
 * BD51: whether anything would stay that is bound to one of those that go.
 * @param {Objects} objects
 * @param {ReadonlySet<string>} removed
 * @param {Record<string, Record<string, any>>} written by id, values that come with the same step
 */
export function leavesBehind(objects, removed, written) {
  if (removed.size === 0) return false;
  return Object.entries(objects).some(
    ([id, { props }]) =>
      !removed.has(id) && bindings({ ...props, ...written[id] }).some((one) => removed.has(one)),
  );
}
