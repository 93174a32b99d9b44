/**
 * How a library behaves on the client: the view of the snapshot, moved on by events exactly as the
 * server's rules do (SPEC LB30 to LB34), and by guesses of what one's own commands will do. A guess
 * is an event like the server's would be, applied by the same code; what cannot be guessed shows
 * when it has happened. Values are never changed in place.
 *
 * @typedef {import('../types.js').Stamp} Stamp
 * @typedef {import('../types.js').Me} Me
 *
 * @typedef {object} Item
 * @property {'formation' | 'board' | 'set_piece' | 'drill'} sort
 * @property {number} at log time of its latest change, ms
 * @property {Record<string, any>} props a null counts as not there; `content` is JSON in a text
 * @property {Record<string, number>} v by property, the entry that wrote it; see `isPending`
 * @property {Record<string, string>} by by property, who wrote it
 *
 * @typedef {object} LibraryState
 * @property {{conflicts: 'latest' | 'ask'}} settings
 * @property {Record<string, Item>} items in the order in which they came
 * @property {Record<string, {sort: string, name: string, version: number, by: string, at: number}>}
 *   deleted latest last
 * @property {number} bytes of all contents together
 * @property {number} guesses how many of one's own commands are in this state by guess
 */

/** Versions from here on are guesses: the entry is not there yet. */
const PENDING_FROM = 2 ** 52;
const GRAVES_MAX = 500;
const FOLDER_DEPTH_MAX = 3;
const EDITORS = ['owner', 'editor'];

/** @type {Record<string, string[]>} role × command (LB5) */
const MAY = {
  'item.add': EDITORS,
  'item.set': EDITORS,
  'item.delete': EDITORS,
  'item.restore': EDITORS,
  'folder.rename': EDITORS,
  'library.configure': ['owner'],
};

const utf8 = new TextEncoder();

/** @type {import('../types.js').Model} */
export const library = {
  kind: 'library',
  shape: 1,
  initial: (view) => ({ ...view, guesses: 0 }),
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
 * Whether a role may send a command at all.
 * @param {string} role
 * @param {{type: string}} command
 */
export function may(role, command) {
  return MAY[command.type]?.includes(role) ?? false;
}

/**
 * What an item holds: a formation's places, or a board's document.
 * @param {Item} item
 * @returns {any}
 */
export function contentOf(item) {
  return JSON.parse(item.props.content);
}

/**
 * @param {LibraryState} state
 * @param {any} event
 * @param {Pick<Stamp, 'version' | 'at' | 'by'>} stamp
 * @returns {LibraryState}
 */
export function applyEvent(state, event, stamp) {
  switch (event.type) {
    case 'item.added':
      return withItem(state, event.id, event.sort, event.props, stamp);
    case 'item.set':
      return withValues(state, event.id, event.set, stamp);
    case 'item.deleted':
      return without(state, event.id, stamp);
    case 'item.restored':
      return Object.hasOwn(state.items, event.id)
        ? withValues(state, event.id, event.set, stamp)
        : withItem(state, event.id, event.sort, event.set, stamp);
    case 'folder.renamed':
      return event.moved.reduce(
        (/** @type {LibraryState} */ moved, /** @type {any} */ { id, folder }) =>
          withValues(moved, id, { folder }, stamp),
        state,
      );
    case 'library.configured':
      return { ...state, settings: { conflicts: event.conflicts } };
    default:
      throw new TypeError(`unknown event ${event.type}`);
  }
}

/**
 * @param {LibraryState} state
 * @param {any} command
 * @param {Me} me
 * @returns {LibraryState} the same value where nothing can be said
 */
function predict(state, command, me) {
  const event = may(me.role, command) ? guess(state, command) : null;
  if (event === null) return state;
  const stamp = { version: PENDING_FROM + state.guesses, at: Date.now(), by: me.account };
  return { ...applyEvent(state, event, stamp), guesses: state.guesses + 1 };
}

/**
 * The event that the server will probably make of a command; null: it will refuse, or only it can
 * know.
 * @param {LibraryState} state
 * @param {any} command
 * @returns {any}
 */
function guess({ items, deleted }, command) {
  const { id } = command;
  const isThere = id !== undefined && Object.hasOwn(items, id);
  switch (command.type) {
    case 'item.add':
      return isThere || Object.hasOwn(deleted, id)
        ? null
        : { type: 'item.added', id, sort: command.sort, props: kept(command.props) };
    case 'item.set':
      return isThere && Object.keys(command.set).length > 0
        ? { type: 'item.set', id, set: kept(command.set) }
        : null;
    case 'item.delete':
      return isThere ? { type: 'item.deleted', id } : null;
    case 'folder.rename':
      return guessRename(items, command);
    case 'library.configure':
      return { type: 'library.configured', conflicts: command.conflicts };
    default:
      return null; // a rollback needs the past, which only the server has
  }
}

/**
 * @param {LibraryState['items']} items
 * @param {{folder: string, to: string | null}} command
 */
function guessRename(items, { folder, to }) {
  if (folder === to) return null;
  const moved = [];
  for (const [id, { props }] of Object.entries(items)) {
    const at = props.folder ?? '';
    if (at !== folder && !at.startsWith(`${folder}/`)) continue;
    const rest = at.slice(folder.length + 1);
    const parts = [to, rest].filter((part) => part);
    const now = parts.join('/') || null;
    if (now !== null && now.split('/').length > FOLDER_DEPTH_MAX) return null;
    moved.push({ id, folder: now });
  }
  return moved.length > 0 ? { type: 'folder.renamed', folder, to, moved } : null;
}

/**
 * Values as the server keeps them (LB10).
 * @param {Record<string, any>} props
 */
function kept(props) {
  if (!Array.isArray(props.tags)) return props;
  const tags = props.tags.map((tag) => tag.toLowerCase().trim().normalize('NFC'));
  return { ...props, tags: [...new Set(tags)] };
}

/**
 * @param {LibraryState} state
 * @param {string} id
 * @param {Item['sort']} sort
 * @param {Record<string, any>} props
 * @param {Pick<Stamp, 'version' | 'at' | 'by'>} stamp
 * @returns {LibraryState}
 */
function withItem(state, id, sort, props, { version, at, by }) {
  const item = { sort, at, props, v: each(props, version), by: each(props, by) };
  const { [id]: _, ...deleted } = state.deleted;
  const bytes = state.bytes + weight(props);
  return { ...state, items: { ...state.items, [id]: item }, deleted, bytes };
}

/**
 * @param {LibraryState} state
 * @param {string} id
 * @param {Record<string, any>} set
 * @param {Pick<Stamp, 'version' | 'at' | 'by'>} stamp
 * @returns {LibraryState}
 */
function withValues(state, id, set, { version, at, by }) {
  const { [id]: item } = state.items;
  if (item === undefined) return state;
  const now = {
    ...item,
    at,
    props: { ...item.props, ...set },
    v: { ...item.v, ...each(set, version) },
    by: { ...item.by, ...each(set, by) },
  };
  const bytes = state.bytes + (set.content == null ? 0 : weight(set) - weight(item.props));
  return { ...state, items: { ...state.items, [id]: now }, bytes };
}

/**
 * @param {LibraryState} state
 * @param {string} id
 * @param {Pick<Stamp, 'version' | 'at' | 'by'>} stamp
 * @returns {LibraryState}
 */
function without(state, id, { version, at, by }) {
  const { [id]: gone, ...items } = state.items;
  if (gone === undefined) return state;
  const grave = { sort: gone.sort, name: gone.props.name, version, by, at };
  const deleted = Object.entries({ ...state.deleted, [id]: grave }).slice(-GRAVES_MAX);
  const bytes = state.bytes - weight(gone.props);
  return { ...state, items, deleted: Object.fromEntries(deleted), bytes };
}

/**
 * @param {Record<string, any>} props
 * @returns {number} bytes of the content, as UTF-8
 */
function weight({ content }) {
  return utf8.encode(content ?? '').length;
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
