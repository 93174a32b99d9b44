/**
 * What one's own commands will probably do to a board: the events that the server will make of
 * them, as far as a member can know (SPEC CL24). Mirrors the refusals of server/rules/board*.py so
 * far that nothing is shown that would be taken back at once.
 *
 * Who may send a command at all has been asked before (board.js). The time of a playback and of a
 * name is the server's, and a restore needs a past that only it has: those are not guessed.
 *
 * @typedef {import('../types.js').Me} Me
 * @typedef {import('./board.js').BoardState} BoardState
 */
import { refersWell, stopId, withDependents } from './board_references.js';
import { guessRedo, guessUndo } from './board_steps.js';
import { PITCHES } from './pitches.js';

const MARKS = new Set(['line', 'arrow', 'zone', 'text', 'link', 'measure', 'comment']);

/** @type {Readonly<Record<string, string>>} sort to layer; comments are in none */
const LAYER_OF = Object.freeze({
  token: 'players',
  ball: 'players',
  equipment: 'equipment',
  line: 'marks',
  arrow: 'marks',
  zone: 'marks',
  text: 'marks',
  link: 'marks',
  measure: 'marks',
  phase: 'phases',
  stop: 'phases',
});

/** @type {Record<string, {length_mm: number, width_mm: number}>} usual lengths (BD46) */
export const USUAL_PITCH = Object.freeze(
  Object.fromEntries(
    Object.entries(PITCHES).map(([sport, { length, width }]) => [
      sport,
      { length_mm: length, width_mm: width },
    ]),
  ),
);

/**
 * The event that the server will probably make of a command; null: it will refuse, or only it can
 * know.
 * @param {BoardState} state
 * @param {any} command
 * @param {Me} me
 * @returns {any}
 */
export function guess(state, command, me) {
  const locked = state.locked !== null && state.locked !== me.account && me.role !== 'owner';
  if (locked && command.type !== 'board.configure') return null;
  switch (command.type) {
    case 'objects.add':
      return guessAddition(state, command, me, 'objects.added');
    case 'board.load':
      return guessAddition(state, command, me, 'objects.put');
    case 'objects.put':
      return guessPut(state, command, me);
    case 'objects.set':
      return mayChangeAll(state, command.changes, me)
        ? { type: 'objects.set', changes: command.changes }
        : null;
    case 'objects.delete': {
      const named = command.ids.filter((/** @type {string} */ id) => has(state, id));
      const ids = withDependents(state.objects, named);
      return ids.length > 0 && mayTouchAll(state, ids, me)
        ? { type: 'objects.deleted', ids }
        : null;
    }
    case 'layer.lock': {
      const by = state.layers[command.layer];
      const mine = by === undefined || by === me.account || me.role === 'owner';
      return mine && (by !== undefined) !== command.on
        ? { type: 'layer.locked', layer: command.layer, on: command.on }
        : null;
    }
    case 'playback.stop':
      return state.playback === null ? null : { type: 'playback.stopped' };
    case 'present':
      return guessPresenter(state, command, me);
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
 * @param {string} id
 */
function has({ objects }, id) {
  return Object.hasOwn(objects, id);
}

/**
 * The sort of what is there, or comes with these.
 * @param {BoardState} state
 * @param {{id: string, sort: string}[]} [arriving]
 */
function sortsWith(state, arriving = []) {
  const coming = new Map(arriving.map(({ id, sort }) => [id, sort]));
  return (/** @type {string} */ id) =>
    has(state, id) ? state.objects[id]?.sort : coming.get(id);
}

/**
 * @param {BoardState} state
 * @param {any} command
 * @param {Me} me
 * @param {string} type
 */
function guessAddition(state, { objects }, me, type) {
  const sortOf = sortsWith(state, objects);
  const fits = objects.every(
    (/** @type {any} */ one) => !has(state, one.id) && mayAdd(state, one, sortOf, me),
  );
  return fits ? { type, objects } : null;
}

/**
 * @param {BoardState} state
 * @param {any} new_
 * @param {(id: string) => string | undefined} sortOf
 * @param {Me} me
 */
function mayAdd(state, { id, sort, props }, sortOf, me) {
  const named = sort !== 'stop' || id === stopId(props.phase, props.of);
  return named && sortFits(state, sort, me) && refersWell(id, props, sortOf);
}

/**
 * BD54.
 * @param {BoardState} state
 * @param {any} command
 * @param {Me} me
 */
function guessPut(state, { objects: wanted }, me) {
  const sortOf = sortsWith(state, wanted);
  const objects = wanted.filter((/** @type {any} */ { id }) => !has(state, id));
  const there = wanted.filter((/** @type {any} */ { id }) => has(state, id));
  const changes = there
    .map((/** @type {any} */ { id, props }) => ({ id, set: props }))
    .filter((/** @type {any} */ { set }) => Object.keys(set).length > 0);
  const fits =
    objects.every((/** @type {any} */ one) => mayAdd(state, one, sortOf, me)) &&
    there.every((/** @type {any} */ { id, sort }) => state.objects[id]?.sort === sort) &&
    mayChangeAll(state, changes, me, sortOf);
  return fits && objects.length + changes.length > 0
    ? { type: 'objects.put', objects, changes }
    : null;
}

/**
 * @param {BoardState} state
 * @param {{id: string, set: any}[]} changes
 * @param {Me} me
 * @param {(id: string) => string | undefined} [sortOf]
 */
function mayChangeAll(state, changes, me, sortOf = sortsWith(state)) {
  const ids = changes.map(({ id }) => id);
  return (
    mayTouchAll(state, ids, me) && changes.every(({ id, set }) => refersWell(id, set, sortOf))
  );
}

/**
 * BD60.
 * @param {BoardState} state
 * @param {any} command
 * @param {Me} me
 */
function guessPresenter({ presenter }, { on }, me) {
  if (presenter === (on ? me.account : null)) return null;
  const mine = on || presenter === me.account || me.role === 'owner';
  return mine ? { type: 'presenting', on } : null;
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
  if (!mayChangeAll(state, changes, me)) return null;
  const event = {
    type: 'conflict.resolved',
    choices: [],
    deleted: withDependents(state.objects, deleted),
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
  const { type: _, ...spoken } = command;
  const { origin: __, ...now } = settings;
  const wanted = { ...now, ...spoken };
  const usual = USUAL_PITCH[wanted.sport];
  const other = wanted.sport !== settings.sport;
  if (usual === undefined && (other || !wanted.length_mm || !wanted.width_mm)) return null;
  const before = other && usual ? usual : settings;
  return {
    type: 'board.configured',
    ...wanted,
    length_mm: (command.length_mm ?? before.length_mm) || usual?.length_mm,
    width_mm: (command.width_mm ?? before.width_mm) || usual?.width_mm,
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
function mayTouchAll(state, ids, me) {
  return ids.every((id) => {
    const object = has(state, id) ? state.objects[id] : undefined;
    if (object === undefined || !sortFits(state, object.sort, me)) return false;
    return object.locked === undefined || object.locked === me.account || me.role === 'owner';
  });
}

/**
 * Annotators have marks only (BD6), and what is in a locked layer is left alone (BD56).
 * @param {BoardState} state
 * @param {string} sort
 * @param {Me} me
 */
function sortFits({ layers }, sort, { role, account }) {
  if (role === 'annotator' && !MARKS.has(sort)) return false;
  const by = layers[LAYER_OF[sort] ?? ''];
  return by === undefined || by === account || role === 'owner';
}
