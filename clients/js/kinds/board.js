/**
 * How a board behaves on the client: the view of the snapshot, moved on by events exactly as the
 * server's rules do (SPEC BD40 to BD43, BD61), and by guesses of what one's own commands will do. A guess
 * is an event like the server's would be, applied by the same code (board_guess.js); what cannot be
 * guessed shows when it has happened.
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
 * @typedef {object} Settings
 * @property {string} sport
 * @property {number} length_mm
 * @property {number} width_mm
 * @property {'latest' | 'ask'} conflicts
 * @property {'full' | 'half' | 'third'} part
 * @property {boolean} portrait
 * @property {boolean} stripes
 * @property {'none' | 'thirds' | 'lanes' | 'zones18'} zones
 * @property {'auto' | 'm' | 'yd' | 'ft'} units
 * @property {{room: string, version: number} | null} origin
 *
 * @typedef {object} Playback where everybody is in the phases: at `at_ms` when the server's clock
 *   was `since`
 * @property {number} at_ms
 * @property {number} since
 * @property {boolean} playing
 * @property {number} speed percent
 * @property {boolean} loop
 * @property {number | null} from_ms
 * @property {number | null} to_ms
 * @property {string} by
 *
 * @typedef {object} BoardState
 * @property {Settings} settings
 * @property {string | null} locked
 * @property {Record<string, string>} layers locked layer to the account that locked it
 * @property {Record<string, {name: string, by: string, at: number}>} names by version
 * @property {Playback | null} playback what plays for all (board_timeline.js)
 * @property {string | null} presenter
 * @property {Record<string, BoardObject>} objects in the order in which they came
 * @property {Record<string, [undoable: number, redoable: number]>} undo
 * @property {Step[]} steps oldest first
 * @property {Record<string, number>} origins by `id property`, where it is not the version
 *   (board_steps.js)
 * @property {number} guesses how many of one's own commands are in this state by guess
 */
import { guess } from './board_guess.js';
import { rememberStep } from './board_steps.js';

/** Versions from here on are guesses: the entry is not there yet. */
const PENDING_FROM = 2 ** 52;
const UNDO_STEPS_MAX = 100;

const STEPS = new Set([
  'objects.added',
  'objects.set',
  'objects.deleted',
  'conflict.resolved',
  'history.restored',
  'objects.put',
]);
/** Role × command (BD5). */
const EVERYBODY_WHO_DRAWS = ['owner', 'editor', 'annotator'];
const EDITORS = ['owner', 'editor'];
/** @type {Record<string, string[]>} */
const MAY = {
  'objects.add': EVERYBODY_WHO_DRAWS,
  'objects.put': EVERYBODY_WHO_DRAWS,
  'objects.set': EVERYBODY_WHO_DRAWS,
  'objects.delete': EVERYBODY_WHO_DRAWS,
  'conflict.resolve': EVERYBODY_WHO_DRAWS,
  undo: EVERYBODY_WHO_DRAWS,
  redo: EVERYBODY_WHO_DRAWS,
  'objects.lock': EDITORS,
  'board.lock': EDITORS,
  'history.restore': EDITORS,
  'board.load': EDITORS,
  'layer.lock': EDITORS,
  'version.name': EDITORS,
  'playback.set': EDITORS,
  'playback.stop': EDITORS,
  present: EDITORS,
  'board.configure': ['owner'],
};

/** What a server of earlier rules does not send. */
const NOTHING_SHARED = { layers: {}, names: {}, playback: null, presenter: null };
/** What the events leave out. */
const USUAL_SETTINGS = {
  part: 'full',
  portrait: false,
  stripes: true,
  zones: 'none',
  units: 'auto',
};
const USUAL_PLAYBACK = { speed: 100, loop: false, from_ms: null, to_ms: null };

/** @type {import('../types.js').Model} */
export const board = {
  kind: 'board',
  shape: 2,
  initial: (view) => ({ ...NOTHING_SHARED, ...view, steps: [], origins: {}, guesses: 0 }),
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
 * @param {Pick<Stamp, 'version' | 'by'> & {at?: number}} stamp
 * @returns {BoardState}
 */
export function applyEvent(state, event, { version, by, at = 0 }) {
  switch (event.type) {
    case 'objects.locked':
      return { ...state, objects: withLocks(state.objects, event, by) };
    case 'board.locked':
      return { ...state, locked: event.on ? by : null };
    case 'board.configured': {
      const { type: _, ...settings } = event;
      const { origin } = state.settings;
      return { ...state, settings: { ...USUAL_SETTINGS, ...settings, origin } };
    }
    case 'layer.locked': {
      const { [event.layer]: _, ...open } = state.layers;
      return { ...state, layers: event.on ? { ...open, [event.layer]: by } : open };
    }
    case 'version.named': {
      const { [event.version]: _, ...names } = state.names;
      if (event.name != null) names[event.version] = { name: event.name, by, at };
      return { ...state, names };
    }
    case 'playback.set': {
      const { type: _, ...playback } = event;
      return { ...state, playback: { ...USUAL_PLAYBACK, ...playback, by } };
    }
    case 'playback.stopped':
      return { ...state, playback: null };
    case 'presenting':
      return { ...state, presenter: event.on ? by : null };
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
  const event = may(me.role, command) ? guess(state, command, me) : null;
  if (event === null) return state;
  const version = PENDING_FROM + state.guesses;
  return { ...applyEvent(state, event, { version, by: me.account }), guesses: state.guesses + 1 };
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
