/**
 * How a board behaves on the client: the view of the snapshot, moved on by events exactly as the
 * server's rules do (SPEC BD40 to BD43), and by guesses of what one's own commands will do. A guess
 * is an event like the server's would be, applied by the same code; what cannot be guessed shows
 * when it has happened.
 *
 * The state is the view (protocol/board.py) and a memory of what of the latest entries can be
 * undone. Values are never changed in place.
 *
 * @typedef {import('../types.js').Stamp} Stamp
 * @typedef {import('../types.js').Me} Me
 * @typedef {import('./board_steps.js').Step} Step
 *
 * @typedef {object} BoardObject
 * @property {string} sort
 * @property {Record<string, any>} props a null counts as not there
 * @property {Record<string, number>} v by property, the entry that wrote it; see `isPending`
 * @property {Record<string, string>} by by property, who wrote it
 * @property {string} [locked] by whom
 *
 * @typedef {object} BoardState
 * @property {{sport: string, length_mm: number, width_mm: number, conflicts: 'latest' | 'ask'}}
 *   settings
 * @property {string | null} locked
 * @property {Record<string, BoardObject>} objects in the order in which they came
 * @property {Record<string, [undoable: number, redoable: number]>} undo
 * @property {Step[]} steps oldest first
 * @property {Record<string, number>} origins by `id property`, where it is not the version
 *   (board_steps.js)
 * @property {number} guesses how many of one's own commands are in this state by guess
 */
import { PITCHES } from './pitches.js';
import { guessRedo, guessUndo, rememberStep } from './board_steps.js';

/** Versions from here on are guesses: the entry is not there yet. */
const PENDING_FROM = 2 ** 52;
const UNDO_STEPS_MAX = 100;

const STEPS = new Set([
  'objects.added',
  'objects.set',
  'objects.deleted',
  'conflict.resolved',
  'history.restored',
]);
const MARKS = new Set(['line', 'arrow', 'zone', 'text']);

/** @type {Record<string, {length_mm: number, width_mm: number}>} usual lengths (BD46) */
export const USUAL_PITCH = Object.freeze(
  Object.fromEntries(
    Object.entries(PITCHES).map(([sport, { length, width }]) => [
      sport,
      { length_mm: length, width_mm: width },
    ]),
  ),
);

/** Role × command (BD5). */
const EVERYBODY_WHO_DRAWS = ['owner', 'editor', 'annotator'];
const EDITORS = ['owner', 'editor'];
/** @type {Record<string, string[]>} */
const MAY = {
  'objects.add': EVERYBODY_WHO_DRAWS,
  'objects.set': EVERYBODY_WHO_DRAWS,
  'objects.delete': EVERYBODY_WHO_DRAWS,
  'conflict.resolve': EVERYBODY_WHO_DRAWS,
  undo: EVERYBODY_WHO_DRAWS,
  redo: EVERYBODY_WHO_DRAWS,
  'objects.lock': EDITORS,
  'board.lock': EDITORS,
  'history.restore': EDITORS,
  'board.configure': ['owner'],
};

/** @type {import('../types.js').Model} */
export const board = {
  kind: 'board',
  shape: 1,
  initial: (view) => ({ ...view, steps: [], origins: {}, guesses: 0 }),
  applyEvent,
  predict,
  overrode: (event) => event.overrode ?? [],
};

/**
 * Whether this is the version of a write that is still on its way.
 * @param {number} version
 */
export function isPending(version) {
  return version >= PENDING_FROM;
}

/**
 * Whether a role may send a command at all; locks and, for annotators, the sort of the object come
 * on top.
 * @param {string} role
 * @param {{type: string}} command
 */
export function may(role, command) {
  return MAY[command.type]?.includes(role) ?? false;
}

/**
 * @param {any} command
 * @returns {string[]} ids of the objects that it is about
 */
export function touched(command) {
  const named = command.objects ?? command.changes ?? command.choices ?? [];
  return [
    ...new Set([...named.map((/** @type {{id: string}} */ { id }) => id), ...(command.ids ?? [])]),
  ];
}

/**
 * @param {BoardState} state
 * @param {any} event
 * @param {Pick<Stamp, 'version' | 'by'>} stamp
 * @returns {BoardState}
 */
export function applyEvent(state, event, { version, by }) {
  switch (event.type) {
    case 'objects.locked':
      return { ...state, objects: withLocks(state.objects, event, by) };
    case 'board.locked':
      return { ...state, locked: event.on ? by : null };
    case 'board.configured': {
      const { sport, length_mm, width_mm, conflicts } = event;
      return { ...state, settings: { sport, length_mm, width_mm, conflicts } };
    }
    default: {
      const objects = withObjects(state.objects, event, version, by);
      const memory = rememberStep(state, objects, event, { version, by, isStep: isStep(event) });
      return { ...state, ...memory, objects, undo: withCounts(state.undo, event, by) };
    }
  }
}

/**
 * @param {BoardState} state
 * @param {any} command
 * @param {Me} me
 * @returns {BoardState} the same value where nothing can be said
 */
function predict(state, command, me) {
  const event = guess(state, command, me);
  if (event === null) return state;
  const version = PENDING_FROM + state.guesses;
  return { ...applyEvent(state, event, { version, by: me.account }), guesses: state.guesses + 1 };
}

/**
 * The event that the server will probably make of a command; null: it will refuse, or only it can
 * know.
 * @param {BoardState} state
 * @param {any} command
 * @param {Me} me
 * @returns {any}
 */
function guess(state, command, me) {
  if (!may(me.role, command)) return null;
  const locked = state.locked !== null && state.locked !== me.account && me.role !== 'owner';
  if (locked && command.type !== 'board.configure') return null;
  switch (command.type) {
    case 'objects.add': {
      const fits = command.objects.every(
        (/** @type {any} */ { id, sort }) =>
          !Object.hasOwn(state.objects, id) && sortFits(sort, me),
      );
      return fits ? { type: 'objects.added', objects: command.objects } : null;
    }
    case 'objects.set':
      return mayTouchAll(state, touched(command), me)
        ? { type: 'objects.set', changes: command.changes }
        : null;
    case 'objects.delete': {
      const ids = command.ids.filter((/** @type {string} */ id) =>
        Object.hasOwn(state.objects, id),
      );
      return ids.length > 0 && mayTouchAll(state, ids, me)
        ? { type: 'objects.deleted', ids }
        : null;
    }
    case 'objects.lock':
      return mayTouchAll(state, command.ids, me)
        ? { type: 'objects.locked', ids: command.ids, on: command.on }
        : null;
    case 'board.lock':
      return { type: 'board.locked', on: command.on };
    case 'board.configure':
      return guessSettings(state.settings, command);
    case 'conflict.resolve':
      return guessResolution(state, command, me);
    case 'undo':
      return unlessLocked(state, guessUndo(state, command.of ?? null, me.account), me);
    case 'redo':
      return unlessLocked(state, guessRedo(state, me.account), me);
    default:
      return null;
  }
}

/**
 * @param {BoardState} state
 * @param {any} command
 * @param {Me} me
 */
function guessResolution(state, { choices }, me) {
  const deleted = [];
  const changes = [];
  for (const { id, property, choice, set } of choices) {
    if (choice === 'theirs') continue;
    if (property === '*') deleted.push(id);
    else changes.push({ id, set });
  }
  const event = {
    type: 'conflict.resolved',
    choices: [],
    deleted,
    changes,
    step: deleted.length + changes.length > 0,
  };
  return unlessLocked(state, event, me);
}

/**
 * @param {BoardState['settings']} settings
 * @param {any} command
 */
function guessSettings(settings, command) {
  const { sport = settings.sport, conflicts = settings.conflicts } = command;
  const usual = USUAL_PITCH[sport];
  if (usual === undefined) return null;
  const before = sport === settings.sport ? settings : usual;
  return {
    type: 'board.configured',
    sport,
    conflicts,
    length_mm: (command.length_mm ?? before.length_mm) || usual.length_mm,
    width_mm: (command.width_mm ?? before.width_mm) || usual.width_mm,
  };
}

/**
 * @param {BoardState} state
 * @param {any} event with `deleted` and `changes`, or null
 * @param {Me} me
 */
function unlessLocked(state, event, me) {
  if (event === null) return null;
  const ids = [
    ...(event.deleted ?? []),
    ...(event.changes ?? []).map((/** @type {{id: string}} */ { id }) => id),
  ];
  return mayTouchAll(state, ids, me) ? event : null;
}

/**
 * All or nothing, as the server has it (BD7).
 * @param {BoardState} state
 * @param {string[]} ids
 * @param {Me} me
 */
function mayTouchAll({ objects }, ids, me) {
  return ids.every((id) => {
    const object = Object.hasOwn(objects, id) ? objects[id] : undefined;
    if (object === undefined || !sortFits(object.sort, me)) return false;
    return object.locked === undefined || object.locked === me.account || me.role === 'owner';
  });
}

/**
 * Annotators have marks only (BD6).
 * @param {string} sort
 * @param {Me} me
 */
function sortFits(sort, { role }) {
  return role !== 'annotator' || MARKS.has(sort);
}

/** @param {any} event */
function isStep(event) {
  return STEPS.has(event.type) && event.step !== false;
}

/**
 * BD40, after `forgot`.
 * @param {BoardState['objects']} before
 * @param {any} event
 * @param {number} version
 * @param {string} author
 * @returns {BoardState['objects']}
 */
function withObjects(before, event, version, author) {
  const objects = { ...before };
  for (const id of event.deleted ?? event.ids ?? []) delete objects[id];
  for (const { id, sort, props, v, by, locked } of event.added ?? []) {
    delete objects[id];
    objects[id] = { sort, props, v, by, ...(locked == null ? {} : { locked }) };
  }
  for (const { id, sort, props } of event.objects ?? []) {
    delete objects[id];
    objects[id] = { sort, props, v: each(props, version), by: each(props, author) };
  }
  for (const { id, set } of event.changes ?? []) {
    const object = objects[id];
    if (object === undefined) continue;
    objects[id] = {
      ...object,
      props: { ...object.props, ...set },
      v: { ...object.v, ...each(set, version) },
      by: { ...object.by, ...each(set, author) },
    };
  }
  return objects;
}

/**
 * BD41, and `forgot` of BD40.
 * @param {BoardState['undo']} before
 * @param {any} event
 * @param {string} by
 * @returns {BoardState['undo']}
 */
function withCounts(before, event, by) {
  const undo = { ...before };
  for (const account of event.forgot ?? []) delete undo[account];
  const [undoable, redoable] = undo[by] ?? [0, 0];
  if (event.type === 'undone') undo[by] = [undoable - 1, redoable + 1];
  else if (event.type === 'redone') undo[by] = [undoable + 1, redoable - 1];
  else if (isStep(event)) undo[by] = [Math.min(UNDO_STEPS_MAX, undoable + 1), 0];
  return undo;
}

/**
 * BD42.
 * @param {BoardState['objects']} before
 * @param {{ids: string[], on: boolean}} event
 * @param {string} author
 * @returns {BoardState['objects']}
 */
function withLocks(before, { ids, on }, author) {
  const objects = { ...before };
  for (const id of ids) {
    const object = objects[id];
    if (object === undefined) continue;
    const { locked: _, ...open } = object;
    objects[id] = on ? { ...open, locked: author } : open;
  }
  return objects;
}

/**
 * @template T
 * @param {object} props
 * @param {T} value
 * @returns {Record<string, T>}
 */
function each(props, value) {
  return Object.fromEntries(Object.keys(props).map((name) => [name, value]));
}
