/**
 * What of a board's latest entries can be undone, as far as it was seen here: enough to show an undo or a redo at once.
 * The server alone decides; where this memory ends, an undo shows when it has happened (SPEC BD32 to BD36).
 *
 * @typedef {import('./board.js').BoardState} BoardState
 * @typedef {import('./board.js').BoardObject} BoardObject
 *
 * @typedef {object} Inverse what brings the objects back to where they were
 * @property {string[]} deleted
 * @property {({id: string} & BoardObject)[]} added
 * @property {{id: string, set: Record<string, any>}[]} changes
 *
 * @typedef {object} Step
 * @property {number} of version of the entry that made it
 * @property {string} by
 * @property {boolean} done false: undone, and may be done again
 * @property {number} at version of the entry that last did or undid it
 * @property {Inverse} inverse undoes it if it is done, else does it again
 * @property {Record<string, number>} left by `id property`: the version that must still be there
 * @property {Record<string, number>} was by `id property`: the version that was there before
 */

/** Steps that are remembered, of everybody together: as many as one person can undo. */
const REMEMBERED_MAX = 100;

/**
 * @param {BoardState} before
 * @param {BoardState['objects']} objects after the event
 * @param {any} event
 * @param {{version: number, by: string, isStep: boolean}} stamp
 * @returns {Step[]}
 */
export function rememberStep(before, objects, event, { version, by, isStep }) {
  const forgot = new Set(event.forgot ?? []);
  const steps = forgot.size === 0 ? before.steps : before.steps.filter((step) => !forgot.has(step.by));
  if (isStep) {
    // A new step ends what could be redone.
    const kept = steps.filter((step) => step.done || step.by !== by);
    const step = { of: version, by, done: true, at: version, ...reverse(before.objects, objects, event, version) };
    return [...kept, step].slice(-REMEMBERED_MAX);
  }
  if (event.type !== 'undone' && event.type !== 'redone') return steps;
  const turned = steps.find((step) => step.of === event.of && step.by === by);
  if (turned === undefined) return steps.filter((step) => step.by !== by || step.of !== event.of);
  return steps.map((step) => (step === turned
    ? { ...step, done: !step.done, at: version, ...reverse(before.objects, objects, event, version) }
    : withBroughtBack(step, turned, version)));
}

/**
 * @param {BoardState} state
 * @param {number | null} of
 * @param {string} account
 * @returns {any} the event, or null where it cannot be known
 */
export function guessUndo(state, of, account) {
  const step = state.steps.findLast((one) => one.by === account && one.done && (of === null || one.of === of));
  return step !== undefined && stillThere(state.objects, step) ? { type: 'undone', of: step.of, ...step.inverse } : null;
}

/**
 * @param {BoardState} state
 * @param {string} account
 * @returns {any} the event, or null where it cannot be known
 */
export function guessRedo(state, account) {
  const undone = state.steps.filter((one) => one.by === account && !one.done);
  const step = undone.reduce((/** @type {Step | undefined} */ last, one) =>
    (last === undefined || one.at > last.at ? one : last), undefined);
  return step !== undefined && stillThere(state.objects, step) ? { type: 'redone', of: step.of, ...step.inverse } : null;
}

/**
 * @param {BoardState['objects']} before
 * @param {BoardState['objects']} after
 * @param {any} event
 * @param {number} version
 * @returns {Pick<Step, 'inverse' | 'left' | 'was'>}
 */
function reverse(before, after, event, version) {
  /** @type {Inverse} */
  const inverse = { deleted: [], added: [], changes: [] };
  /** @type {Step['left']} */
  const left = {};
  /** @type {Step['was']} */
  const was = {};
  for (const id of event.deleted ?? event.ids ?? []) {
    const object = before[id];
    if (object !== undefined && after[id] === undefined) inverse.added.push({ id, ...object });
  }
  for (const { id } of [...(event.added ?? []), ...(event.objects ?? [])]) {
    inverse.deleted.push(id);
    for (const [name, v] of Object.entries(after[id]?.v ?? {})) left[`${id} ${name}`] = v;
  }
  for (const { id, set } of event.changes ?? []) {
    const object = before[id];
    if (object === undefined || after[id] === undefined) continue;
    const names = Object.keys(set);
    inverse.changes.push({ id, set: Object.fromEntries(names.map((name) => [name, object.props[name] ?? null])) });
    for (const name of names) {
      left[`${id} ${name}`] = version;
      was[`${id} ${name}`] = object.v[name] ?? 0;
    }
  }
  return { inverse, left, was };
}

/**
 * Another step's values may be back in their place under a new version: it can be undone as before (BD35).
 * @param {Step} step
 * @param {Step} turned
 * @param {number} version
 * @returns {Step}
 */
function withBroughtBack(step, turned, version) {
  const back = Object.keys(turned.was).filter((key) => step.left[key] === turned.was[key]);
  if (back.length === 0) return step;
  return { ...step, left: { ...step.left, ...Object.fromEntries(back.map((key) => [key, version])) } };
}

/**
 * @param {BoardState['objects']} objects
 * @param {Step} step
 */
function stillThere(objects, { inverse, left }) {
  const changed = inverse.changes.every(({ id, set }) =>
    Object.keys(set).every((name) => objects[id]?.v[name] === left[`${id} ${name}`]));
  const added = inverse.deleted.every((id) => {
    const object = objects[id];
    return object !== undefined && Object.entries(object.v).every(([name, v]) => v === left[`${id} ${name}`]);
  });
  return changed && added && inverse.added.every(({ id }) => objects[id] === undefined);
}
