/**
 * How a meet behaves on the client: rows by key, put and taken away by events as the server's rules
 * do (protocol/meet.py; SPEC AT1). What one sends shows at once where it is allowed, and is marked as
 * on its way by the page. Values are never changed in place.
 *
 * @typedef {import('../types.js').Stamp} Stamp
 * @typedef {import('../types.js').Me} Me
 *
 * @typedef {object} MeetState
 * @property {{name: string, place?: string, date?: string}} meet
 * @property {any[]} athletes
 * @property {any[]} events
 * @property {any[]} entries
 * @property {any[]} start_lists
 * @property {any[]} races
 * @property {{result: any, was?: any, corrected_at?: number}[]} results
 * @property {{account: string, office: string, club?: string, athlete?: string}[]} officials
 * @property {Record<string, number>} delays account to seconds
 */

/** @type {import('../types.js').Model} */
export const meet = {
  kind: 'meet',
  shape: 1,
  initial: (view) => view,
  applyEvent,
  predict,
};

/** Command to the offices that may send it; the table of server/rules/meet/offices.py. */
const DESK = ['chief_registrar', 'registrar'];
const OWN = [...DESK, 'coach', 'athlete'];
const OFFICES = {
  'meet.set': ['chief_registrar'],
  'official.set': ['chief_registrar'],
  'event.set': DESK,
  'athlete.set': OWN,
  'entry.set': OWN,
  'entry.withdraw': OWN,
  'start_list.publish': DESK,
  'race.start': ['chief_registrar', 'starter'],
  'wind.set': DESK,
  'lap.record': DESK,
  'result.set': [...DESK, 'starter'],
  'result.clear': ['chief_registrar'],
  changes: DESK,
};

/**
 * What somebody is in the meet (AT2).
 * @param {MeetState} state
 * @param {string} role of the room
 * @param {string} account
 */
export function officeOf(state, role, account) {
  if (role === 'owner') return 'chief_registrar';
  return state.officials.find((one) => one.account === account)?.office ?? 'viewer';
}

/**
 * Whether an office may send a command, within its bounds.
 * @param {string} office
 * @param {string} type
 */
export function may(office, type) {
  return type === 'delay.set' || Boolean(/** @type {Record<string, string[]>} */ (OFFICES)[type]?.includes(office));
}

/** @type {Record<string, {table: 'athletes' | 'events' | 'entries' | 'start_lists' | 'races' | 'officials', key: (row: any) => string}>} */
const TABLES = {
  'athlete.changed': { table: 'athletes', key: ({ id }) => id },
  'event.changed': { table: 'events', key: ({ id }) => id },
  'entry.changed': { table: 'entries', key: ({ event, athlete }) => `${event}/${athlete}` },
  'start_list.published': { table: 'start_lists', key: ({ event }) => event },
  'race.changed': { table: 'races', key: ({ event, heat }) => `${event}/${heat}` },
  'official.changed': { table: 'officials', key: ({ account }) => account },
};

/**
 * @param {MeetState} state
 * @param {any} event
 * @param {Omit<Stamp, 'own'>} stamp
 * @returns {MeetState}
 */
export function applyEvent(state, event, stamp) {
  const row = TABLES[event.type];
  if (row) return { ...state, [row.table]: withRow(state[row.table], event, row.key) };
  switch (event.type) {
    case 'meet.changed':
      return { ...state, meet: event.now };
    case 'result.changed':
      return { ...state, results: withResult(state.results, event, stamp.at) };
    case 'delay.changed':
      return delayed(state, stamp.by, event.seconds);
    default:
      throw new TypeError(`unknown event ${event.type}`);
  }
}

/**
 * @param {any[]} rows
 * @param {{now?: any, was?: any, type: string}} event
 * @param {(row: any) => string} key
 * @returns {any[]} in the place of the row of before; a new one, and an entry that changes, last
 */
function withRow(rows, { now, was, type }, key) {
  const name = key(now ?? was);
  const at = rows.findIndex((row) => key(row) === name);
  if (type === 'entry.changed' || !now) {
    const others = rows.filter((_, i) => i !== at);
    return now ? [...others, now] : others;
  }
  return at < 0 ? [...rows, now] : rows.with(at, now);
}

/**
 * @param {MeetState['results']} rows
 * @param {any} event
 * @param {number} at
 * @returns {MeetState['results']}
 */
function withResult(rows, { now, was, corrected }, at) {
  const { event, athlete } = now ?? was;
  const i = rows.findIndex(({ result }) => result.event === event && result.athlete === athlete);
  if (!now) return rows.filter((_, n) => n !== i);
  if (i < 0) return [...rows, { result: now }];
  return rows.with(i, corrected && was ? { result: now, was, corrected_at: at } : { ...rows[i], result: now });
}

/**
 * @param {MeetState} state
 * @param {any} command
 * @param {Me} me
 * @returns {MeetState} the same value where nothing can be said
 */
function predict(state, command, me) {
  if (command.type === 'delay.set') return delayed(state, me.account, command.seconds);
  const at = 0;
  const put = (/** @type {any} */ event) => applyEvent(state, event, { version: 0, at, by: me.account });
  switch (command.type) {
    case 'result.set': {
      const { event, athlete } = command.result;
      const was = state.results.find(({ result }) => result.event === event && result.athlete === athlete)?.result;
      return put({ type: 'result.changed', now: command.result, was });
    }
    case 'entry.set':
      return put({ type: 'entry.changed', now: command.entry });
    case 'athlete.set':
      return put({ type: 'athlete.changed', now: command.athlete });
    case 'event.set':
      return put({ type: 'event.changed', now: command.event });
    case 'changes':
      return command.changes.reduce((/** @type {MeetState} */ now, /** @type {any} */ one) => predict(now, one, me), state);
    default:
      return state;
  }
}

/**
 * @param {MeetState} state
 * @param {string} account
 * @param {number} seconds
 * @returns {MeetState}
 */
function delayed(state, account, seconds) {
  const { [account]: _, ...others } = state.delays;
  return { ...state, delays: seconds > 0 ? { ...others, [account]: seconds } : others };
}
