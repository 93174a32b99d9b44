/**
 * What a close code means for the client: the table of protocol/codes.py, read as a verdict (SPEC,
 * the C rows). A code that is not in the table comes back with backoff: browsers report 1006 for
 * everything they may not tell.
 *
 * @typedef {'again' | 'once' | 'refresh' | 'restart' | 'flood' | 'outdated' | 'stop'} Verdict
 */

/** @type {Readonly<Record<number, Verdict>>} */
const VERDICTS = Object.freeze({
  1000: 'stop', // a normal end
  1002: 'once', // a protocol error: perhaps a bad network device, perhaps a bug
  1003: 'stop', // binary on a text session
  1007: 'stop', // invalid UTF-8
  1008: 'stop', // policy
  1009: 'stop', // too big
  1011: 'again', // a bug in the server
  1012: 'restart',
  1013: 'again', // unavailable, or too slow a consumer
  3000: 'refresh', // token bad, expired or revoked
  3003: 'stop', // banned
  3008: 'again', // timeout
  4409: 'stop', // the same client id connected elsewhere
  4426: 'outdated',
  4429: 'flood',
});

/**
 * @param {number} code
 * @returns {Verdict}
 */
export function verdictOn(code) {
  return VERDICTS[code] ?? 'again';
}
