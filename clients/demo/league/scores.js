/**
 * What the server tells of a week, put together: whole matchups, where the games are, and why points
 * changed. What is older in any position is passed over, unless it is of another moment (SPEC LI8).
 * Pure.
 *
 * @typedef {{week: number, phase: string, positions: Record<string, number>,
 *   matchups: Record<number, any>, games: Record<string, any>, likely: Record<number, any>}} Known
 */

const TICKER_MAX = 30;

/** Whether a message is older than what is known in any part. */
function isOlder(known, { positions }) {
  return Object.entries(known.positions).some(([room, version]) => version > (positions[room] ?? version));
}

/**
 * @param {Known | null} known @param {any} message
 * @returns {Known} the same where the message says nothing new
 */
export function withScores(known, message) {
  const before = known?.week === message.week && !message.anew ? known : null;
  if (before && isOlder(before, message)) return before;
  const matchups = Object.fromEntries(message.matchups.map((one) => [one.matchup, one]));
  const likely = Object.fromEntries((message.likely ?? []).map((one) => [one.matchup, one]));
  const games = Object.fromEntries((message.games ?? []).map((one) => [one.id, one]));
  return {
    ...{ week: message.week, phase: message.phase, positions: message.positions },
    matchups: { ...before?.matchups, ...matchups },
    games: { ...before?.games, ...games },
    likely: { ...before?.likely, ...likely },
  };
}

/** The rows of a message's changes, newest first, before those that there were. */
export function withChanges(ticker, { changes = [] }, names) {
  const rows = changes.map(({ cause, text }) => ({
    key: `${cause.feed}/${cause.version}/${cause.play ?? 0}/${cause.player}/${cause.after}`,
    ...{ player: cause.player, change: cause.after - cause.before, at: cause.at, cause: cause.cause },
    text: `${names(cause.player)} ${text}`,
  }));
  const known = new Set(ticker.map(({ key }) => key));
  return [...rows.filter(({ key }) => !known.has(key)).reverse(), ...ticker].slice(0, TICKER_MAX);
}
