/**
 * How a feed behaves on the client: the view of the snapshot, moved on by events exactly as the
 * server's rules do (protocol/feed.py; SPEC FE10). Only one's own delay is guessed: what happens in
 * a game is said by those who see it. Values are never changed in place.
 *
 * @typedef {import('../types.js').Stamp} Stamp
 * @typedef {import('../types.js').Me} Me
 *
 * @typedef {{stat: number, team: string, player: string, name: string, yards: number}} StatLine
 *
 * @typedef {object} Play what is usual is left out
 * @property {number} id
 * @property {number} order place in the game
 * @property {StatLine[]} [stats] none while it is deleted or under review
 * @property {number} [version] 1 unless said
 * @property {number} [drive]
 * @property {number} [quarter]
 * @property {string} [clock]
 * @property {number} [down]
 * @property {number} [to_go]
 * @property {string} [yard_line]
 * @property {string} [possession]
 * @property {string} [text]
 * @property {string} [note]
 * @property {number} [at_ms]
 * @property {boolean} [deleted]
 *
 * @typedef {object} Row
 * @property {Play} play
 * @property {boolean} review
 * @property {string} source whose word the play is
 * @property {Record<string, any>} [was] what its last correction changed, as it was
 * @property {number} [corrected_at] log time of that correction, ms
 *
 * @typedef {{home: string, away: string, home_score?: number, away_score?: number,
 *   phase?: 'pregame' | 'live' | 'final', quarter?: number, clock?: string}} Header
 * @typedef {[goodness: number, revision: number]} Mark
 *
 * @typedef {object} FeedState
 * @property {{sources: string[], profile?: 'football' | 'soccer' | 'generic'}} settings the best
 *   source first; of another profile than football, which is not said, plays are its items
 * @property {any} header a Header, or the scoreboard of another profile
 * @property {Row[]} plays in the game's order
 * @property {Record<string, Mark>} reviews of plays under review
 * @property {{team: string, header: number, plays: number}[]} inconsistent
 * @property {Record<string, number>} delays account to seconds
 * @property {boolean} [partial] not all plays are here: a filter leaves some out
 * @property {{count: number, before: [order: number, id: number]}} [earlier] how many plays stand
 *   before the one at this place, from which on all are here; of those only some are (FX1)
 * @property {Record<number, number>} [missed] plays that are not here, to the version that has last
 *   said something of them that cannot be told without
 * @property {{at: number, since: number, speed: number}} [watching] as of when one sees it (TS1)
 */

const PUBLISH = ['owner', 'editor'];

/** @type {import('../types.js').Model} */
export const feed = {
  kind: 'feed',
  shape: 1,
  initial: (view) => view,
  applyEvent,
  predict,
  applyPrivate,
  entered,
  gone,
};

/**
 * Whether a role may send a command (FE5): owners and editors report, everybody sets a delay.
 * @param {string} role
 * @param {{type: string}} command
 */
export function may(role, { type }) {
  return type === 'delay.set' || type === 'shift.set' || PUBLISH.includes(role);
}

/**
 * @param {FeedState} state
 * @param {any} event
 * @param {Omit<Stamp, 'own'>} stamp
 * @returns {FeedState}
 */
export function applyEvent(state, event, stamp) {
  switch (event.type) {
    case 'play.added':
      return formed(state, event, event.play, {});
    case 'item.added':
      return formed(state, event, event.item, {});
    case 'item.corrected':
    case 'play.corrected':
      return formed(state, event, event.now, { was: event.was, corrected_at: stamp.at });
    case 'play.deleted':
      if (state.partial && rowOf(state, event.id) === undefined) return state;
      if (isAway(state, event.id)) return missing(withoutReview(state, event), event.id, stamp);
      return formed(state, event, tombstone(state, event.id), {});
    case 'play.confirmed':
      return confirmed(missing(state, event.id, stamp), event);
    case 'play.under_review':
      return reviewed(missing(state, event.id, stamp), event);
    case 'play.upheld':
      return upheld(missing(state, event.id, stamp), event);
    case 'scoreboard.changed':
    case 'game.status':
      return { ...state, header: event.now };
    case 'score.corrected':
      return state; // it is told; the header says it
    case 'feed.inconsistent':
      return { ...state, inconsistent: event.teams };
    case 'feed.consistent':
      return { ...state, inconsistent: [] };
    case 'delay.changed':
      return delayed(state, stamp.by, event.seconds);
    case 'shift.changed':
      return state; // as of when one sees it is told apart, for it may be later than what is seen
    default:
      throw new TypeError(`unknown event ${event.type}`);
  }
}

/**
 * @param {FeedState} state
 * @param {any} command
 * @param {Me} me
 * @returns {FeedState} the same value where nothing can be said
 */
function predict(state, command, me) {
  return command.type === 'delay.set' ? delayed(state, me.account, command.seconds) : state;
}

/**
 * What only this account is told: as of when it sees the game, and how late; or a page of older
 * plays, which it has asked for itself (`learn`).
 * @param {FeedState} state
 * @param {{state?: any}} message
 * @returns {FeedState}
 */
function applyPrivate(state, message) {
  if (message.state?.page !== undefined) return learned(state, message.state.page);
  const { watching = null, delays = {} } = message.state ?? {};
  const now = { ...state, delays: { ...state.delays, ...delays } };
  return watching === null ? entered(now) : { ...now, watching };
}

/**
 * @typedef {{version: number, plays: Row[], earlier?: FeedState['earlier'],
 *   before: [order: number, id: number]}} Page plays before a place, as they were at a version (FX3)
 */

/**
 * A room comes to hold a page of older plays, as if it had been told them alone.
 * @param {any} room
 * @param {Page} page
 * @returns {boolean} whether it could: else the page is to be asked for again (FX4)
 */
export function learn(room, page) {
  if (room.confirmed === null || !fits(room.confirmed, page)) return false;
  room.follower.message({ type: 'private', version: room.version, state: { page } });
  return true;
}

/**
 * Whether nothing is lost by a page: it is of what stands before what is here, and what was said
 * since of plays that are not here is in it.
 * @param {FeedState} state
 * @param {Page} page
 */
export function fits({ earlier, missed = {}, plays }, page) {
  if (earlier === undefined || String(earlier.before) !== String(page.before)) return false;
  const here = new Set(plays.map(({ play }) => play.id));
  return Object.entries(missed).every(([id, said]) => here.has(Number(id)) || said <= page.version);
}

/**
 * What is here already is what it was when it was told last: it stays.
 * @param {FeedState} state
 * @param {Page} page
 * @returns {FeedState}
 */
function learned({ earlier: _, missed = {}, ...state }, page) {
  const here = new Set(state.plays.map(({ play }) => play.id));
  const fresh = page.plays.filter(({ play }) => !here.has(play.id));
  const plays = fresh.reduce(withRow, state.plays);
  if (page.earlier === undefined) return { ...state, plays };
  return { ...state, plays, missed, earlier: page.earlier };
}

/**
 * @param {FeedState} state
 * @returns {FeedState}
 */
function entered({ watching: _, ...state }) {
  return state;
}

/**
 * Plays that the filter does not let through any more.
 * @param {FeedState} state
 * @param {number[]} ids
 * @returns {FeedState}
 */
function gone(state, ids) {
  return { ...state, plays: state.plays.filter(({ play }) => !ids.includes(play.id)) };
}

/**
 * @param {FeedState} state
 * @param {number} id
 * @returns {Row | undefined}
 */
function rowOf(state, id) {
  return state.plays.findLast(({ play }) => play.id === id);
}

/**
 * Whether a play may stand among those that are not here.
 * @param {FeedState} state
 * @param {number} id
 */
function isAway(state, id) {
  return state.earlier !== undefined && rowOf(state, id) === undefined;
}

/**
 * Something was said of a play that may not be here.
 * @param {FeedState} state
 * @param {number} id
 * @param {Pick<Stamp, 'version'>} stamp
 * @returns {FeedState}
 */
function missing(state, id, { version }) {
  return isAway(state, id) ? { ...state, missed: { ...state.missed, [id]: version } } : state;
}

/**
 * @param {FeedState} state
 * @param {any} event
 * @returns {FeedState}
 */
function withoutReview(state, event) {
  return { ...state, reviews: reviewsAfter(state, event, event.id) };
}

/**
 * How good a report is: its source, then its revision (FE1).
 * @param {FeedState} state
 * @param {{source: string, revision: number}} report
 * @returns {Mark}
 */
function markOf({ settings: { sources } }, { source, revision }) {
  const place = sources.indexOf(source);
  return [place < 0 ? 0 : sources.length - place, revision];
}

/**
 * The reviews that last after a report of a form: one that was said later goes on.
 * @param {FeedState} state
 * @param {any} event
 * @param {number} id
 */
function reviewsAfter(state, event, id) {
  const begun = state.reviews[id];
  if (begun === undefined) return state.reviews;
  const [goodness, revision] = markOf(state, event);
  const earlier = goodness < begun[0] || (goodness === begun[0] && revision < begun[1]);
  return earlier ? state.reviews : without(state.reviews, id);
}

/**
 * @template T
 * @param {Record<string, T>} table
 * @param {number | string} key
 * @returns {Record<string, T>}
 */
function without(table, key) {
  const { [key]: _, ...others } = table;
  return others;
}

/**
 * A play has a form from now on.
 * @param {FeedState} state
 * @param {any} event
 * @param {Play} play
 * @param {{was?: Record<string, any>, corrected_at?: number}} correction
 * @returns {FeedState}
 */
function formed(state, event, play, correction) {
  const reviews = reviewsAfter(state, event, play.id);
  const review = Object.hasOwn(reviews, play.id);
  const shown = review ? withLines(play, []) : play;
  const row = { play: shown, review, source: event.source, ...correction };
  return { ...state, reviews, plays: withRow(state.plays, row) };
}

/** What an item must have (protocol/feed_items.py), where nothing but its deletion has come. */
const BARE = {
  football: {},
  soccer: { profile: 'soccer', period: 0, at_ms: 0 },
  generic: { profile: 'generic', text: '' },
};

/**
 * @param {FeedState} state
 * @param {number} id
 * @returns {Play}
 */
function tombstone(state, id) {
  const { profile = 'football' } = state.settings;
  const before = rowOf(state, id)?.play ?? { id, order: 0, ...BARE[profile] };
  return { ...withLines(before, []), deleted: true };
}

/**
 * @param {Play} play
 * @param {StatLine[]} stats
 * @returns {Play} without any where there are none, as the server writes it
 */
function withLines({ stats: _, ...play }, stats) {
  return stats.length > 0 ? { ...play, stats } : play;
}

/**
 * @param {Row[]} rows
 * @param {Row} row
 * @returns {Row[]} in the game's order
 */
function withRow(rows, row) {
  const others = rows.filter(({ play }) => play.id !== row.play.id);
  const { order, id } = row.play;
  const after = others.findIndex(({ play }) => play.order > order || (play.order === order && play.id > id));
  return others.toSpliced(after < 0 ? others.length : after, 0, row);
}

/**
 * @param {FeedState} state
 * @param {any} event
 * @returns {FeedState}
 */
function confirmed(state, event) {
  const reviews = reviewsAfter(state, event, event.id);
  const review = Object.hasOwn(reviews, event.id);
  return withChanged({ ...state, reviews }, event.id, (row) => ({
    ...row,
    review,
    source: event.source,
    play: row.review && !review ? withLines(row.play, event.stats ?? []) : row.play,
  }));
}

/**
 * @param {FeedState} state
 * @param {any} event
 * @returns {FeedState}
 */
function reviewed(state, event) {
  const reviews = { ...state.reviews, [event.id]: markOf(state, event) };
  return withChanged({ ...state, reviews }, event.id, (row) => ({
    ...row,
    review: true,
    play: withLines(row.play, []),
  }));
}

/**
 * @param {FeedState} state
 * @param {any} event
 * @returns {FeedState}
 */
function upheld(state, event) {
  return withChanged({ ...state, reviews: without(state.reviews, event.id) }, event.id, (row) => ({
    ...row,
    review: false,
    play: row.review ? withLines(row.play, event.stats ?? []) : row.play,
  }));
}

/**
 * @param {FeedState} state
 * @param {number} id
 * @param {(row: Row) => Row} change
 * @returns {FeedState} the same rows where there is none
 */
function withChanged(state, id, change) {
  return { ...state, plays: state.plays.map((row) => (row.play.id === id ? change(row) : row)) };
}

/**
 * @param {FeedState} state
 * @param {string} account
 * @param {number} seconds
 * @returns {FeedState}
 */
function delayed(state, account, seconds) {
  const others = without(state.delays, account);
  return { ...state, delays: seconds > 0 ? { ...others, [account]: seconds } : others };
}
