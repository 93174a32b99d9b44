/**
 * What of a board's latest entries can be undone, as far as it was seen here: enough to show an
 * undo or a redo at once. Mirrors server/rules/board_undo.py (SPEC BD32 to BD36, BD51). The server alone
 * decides; where this memory ends, an undo shows when it has happened.
 *
 * The *origin* of a value is the version of the entry that first wrote it: an undo brings a value
 * back under a new version, but with its old origin, so that the step which had written it can be
 * undone in its turn.
 *
 * @typedef {import('./board.js').BoardState} BoardState
 * @typedef {import('./board.js').BoardObject} BoardObject
 * @typedef {Record<string, number>} Origins by property name
 *
 * @typedef {object} Step what turning it does: undo it if it is done, else do it again
 * @property {number} of version of the entry that made it
 * @property {string} by
 * @property {boolean} done
 * @property {number} at version of the entry that last did or undid it
 * @property {{id: string, name: string, value: any, origin: number, expects: number}[]} sets
 *   `value` with `origin` comes back, if what is there has the origin `expects`
 * @property {{id: string, object: BoardObject, origins: Origins}[]} puts objects that come back
 * @property {{id: string, origins: Origins}[]} removes objects that go, if nothing else was written
 *   to them
 *
 * @typedef {Pick<BoardState, 'steps' | 'origins'>} Memory
 */
import { isMet, leavesBehind } from './board_references.js';

/** Steps that are remembered, of everybody together: as many as one person can undo. */
const REMEMBERED_MAX = 100;

/**
 * @param {BoardState} before
 * @param {BoardState['objects']} objects after the event
 * @param {any} event
 * @param {{version: number, by: string, isStep: boolean}} stamp
 * @returns {Memory}
 */
export function rememberStep(before, objects, event, { version, by, isStep }) {
  const { forgot = [] } = event;
  const steps =
    forgot.length === 0 ? before.steps : before.steps.filter((step) => !forgot.includes(step.by));
  if (event.type === 'undone' || event.type === 'redone') {
    const index = steps.findIndex((step) => step.of === event.of && step.by === by);
    const step = steps[index];
    // From before our time: what it brings back counts as written by it.
    if (step === undefined) return { steps, origins: originsAfter(before.origins, event) };
    return turn(before, objects, step, steps, version);
  }
  const origins = originsAfter(before.origins, event);
  if (!isStep) return { steps, origins };
  const step = {
    of: version,
    by,
    done: true,
    at: version,
    ...reverseOf(before, objects, event, version),
  };
  // A new step ends what could be redone.
  const ends = steps.some((one) => !one.done && one.by === by);
  const kept = ends ? steps.filter((one) => one.done || one.by !== by) : steps;
  return { steps: [...kept.slice(1 - REMEMBERED_MAX), step], origins };
}

/**
 * @param {BoardState} state
 * @param {number | null} of
 * @param {string} account
 * @returns {any} the event, or null where it cannot be known
 */
export function guessUndo(state, of, account) {
  const step = state.steps.findLast(
    (one) => one.by === account && one.done && (of === null || one.of === of),
  );
  return step !== undefined && isAsLeft(state, step) ? eventOf('undone', step) : null;
}

/**
 * @param {BoardState} state
 * @param {string} account
 * @returns {any} the event, or null where it cannot be known
 */
export function guessRedo(state, account) {
  const undone = state.steps.filter((one) => one.by === account && !one.done);
  const step = undone.sort((a, b) => b.at - a.at)[0];
  return step !== undefined && isAsLeft(state, step) ? eventOf('redone', step) : null;
}

/**
 * @param {Pick<BoardState, 'objects' | 'origins'>} state
 * @param {string} id
 * @param {string} name
 */
function originOf({ objects, origins }, id, name) {
  return origins[`${id} ${name}`] ?? objects[id]?.v[name] ?? 0;
}

/**
 * @param {Pick<BoardState, 'objects' | 'origins'>} state
 * @param {string} id
 * @returns {Origins}
 */
function originsOf(state, id) {
  const names = Object.keys(state.objects[id]?.v ?? {});
  return Object.fromEntries(names.map((name) => [name, originOf(state, id, name)]));
}

/**
 * What an ordinary event writes has its own version for an origin.
 * @param {BoardState['origins']} origins
 * @param {any} event
 * @returns {BoardState['origins']}
 */
function originsAfter(origins, event) {
  if (Object.keys(origins).length === 0) return origins;
  const written = new Set(
    (event.changes ?? []).flatMap((/** @type {any} */ { id, set }) =>
      Object.keys(set).map((name) => `${id} ${name}`),
    ),
  );
  const fresh = new Set(
    [...(event.objects ?? []), ...(event.added ?? [])].map((/** @type {any} */ { id }) => id),
  );
  return Object.fromEntries(
    Object.entries(origins).filter(
      ([key]) => !written.has(key) && !fresh.has(key.slice(0, key.indexOf(' '))),
    ),
  );
}

/**
 * @param {BoardState} before
 * @param {BoardState['objects']} objects after the event
 * @param {any} event
 * @param {number} version
 * @returns {Pick<Step, 'sets' | 'puts' | 'removes'>}
 */
function reverseOf(before, objects, event, version) {
  const puts = (event.deleted ?? event.ids ?? []).flatMap((/** @type {string} */ id) => {
    const object = before.objects[id];
    return object === undefined ? [] : [{ id, object, origins: originsOf(before, id) }];
  });
  const removes = (event.objects ?? []).map((/** @type {{id: string}} */ { id }) => ({
    id,
    origins: originsOf({ objects, origins: {} }, id),
  }));
  const sets = (event.changes ?? []).flatMap((/** @type {any} */ { id, set }) =>
    Object.keys(set).map((name) => ({
      id,
      name,
      value: before.objects[id]?.props[name] ?? null,
      origin: originOf(before, id, name),
      expects: version,
    })),
  );
  return { sets, puts, removes };
}

/**
 * The step has been undone, or done again: from now on it goes the other way.
 * @param {BoardState} before
 * @param {BoardState['objects']} objects
 * @param {Step} step
 * @param {Step[]} steps
 * @param {number} version
 * @returns {Memory}
 */
function turn(before, objects, step, steps, version) {
  const origins = { ...before.origins };
  for (const { id, name, origin } of step.sets) origins[`${id} ${name}`] = origin;
  for (const { id, origins: kept } of step.puts) {
    for (const [name, origin] of Object.entries(kept)) origins[`${id} ${name}`] = origin;
  }
  const after = { objects, origins };
  const turned = {
    ...step,
    done: !step.done,
    at: version,
    sets: step.sets.map(({ id, name, origin, expects }) => ({
      id,
      name,
      value: before.objects[id]?.props[name] ?? null,
      origin: expects,
      expects: origin,
    })),
    puts: step.removes.flatMap(({ id }) => {
      const object = before.objects[id];
      return object === undefined ? [] : [{ id, object, origins: originsOf(before, id) }];
    }),
    removes: step.puts.map(({ id }) => ({ id, origins: originsOf(after, id) })),
  };
  return { steps: steps.map((one) => (one === step ? turned : one)), origins };
}

/**
 * BD35 and BD51.
 * @param {BoardState} state
 * @param {Step} step
 */
function isAsLeft(state, { sets, puts, removes }) {
  const { objects } = state;
  const removed = new Set(removes.map(({ id }) => id));
  const coming = new Map(puts.map(({ id, object }) => [id, object.sort]));
  const sortOf = (/** @type {string} */ id) =>
    coming.get(id) ?? (removed.has(id) ? undefined : objects[id]?.sort);
  return (
    !leavesBehind(objects, removed, valuesOf(sets)) &&
    puts.every(({ object }) => isMet(object.props, sortOf)) &&
    sets.every(({ name, value }) => isMet({ [name]: value }, sortOf)) &&
    sets.every(
      ({ id, name, expects }) => objects[id] !== undefined && originOf(state, id, name) === expects,
    ) &&
    removes.every(
      ({ id, origins }) =>
        objects[id] !== undefined &&
        Object.entries(originsOf(state, id)).every(
          ([name, origin]) => origin === (origins[name] ?? 0),
        ),
    ) &&
    puts.every(({ id }) => objects[id] === undefined || removed.has(id))
  );
}

/**
 * @param {'undone' | 'redone'} type
 * @param {Step} step
 */
function eventOf(type, { of, sets, puts, removes }) {
  return {
    type,
    of,
    deleted: removes.map(({ id }) => id),
    added: puts.map(({ id, object }) => ({ id, ...object })),
    changes: Object.entries(valuesOf(sets)).map(([id, set]) => ({ id, set })),
  };
}

/**
 * @param {Step['sets']} sets
 * @returns {Record<string, Record<string, any>>} by id
 */
function valuesOf(sets) {
  /** @type {Record<string, Record<string, any>>} */
  const values = {};
  for (const { id, name, value } of sets) values[id] = { ...values[id], [name]: value };
  return values;
}
