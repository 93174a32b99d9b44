/** The one word that a page shows about the connection (pages.md, principle 3). Pure. */

/** Phases of a room that is not expected to become live by itself. */
const SETTLED = new Set(['live', 'closed', 'removed', 'not-found', 'full', 'gone', 'failed']);

/**
 * @param {object} touchline
 * @param {boolean} touchline.ended
 * @param {boolean} touchline.wasLive
 * @param {boolean} touchline.stale
 * @param {number} touchline.waiting
 * @param {Map<string, {phase: string}>} touchline.rooms
 * @param {{connection: import('./connection.js').Connection}} touchline.session
 * @returns {import('./touchline.js').Status}
 */
export function statusOf({ ended, wasLive, stale, waiting, rooms, session: { connection } }) {
  if (ended) return 'closed';
  const { phase, moving, end } = connection;
  if (phase === 'stopped') return end === null || end.why === 'stop' ? 'closed' : end.why;
  if (moving) return 'moving';
  if (phase !== 'open')
    return wasLive || phase === 'waiting' || connection.backoff.attempts > 0
      ? 'offline'
      : 'connecting';
  if (stale) return 'stale';
  for (const room of rooms.values()) if (!SETTLED.has(room.phase)) return 'catching-up';
  return waiting > 0 ? 'saving' : 'live';
}
