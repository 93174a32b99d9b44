/**
 * Places in an event as server/rules/meet/ranking.py works them out (SPEC AT10 to AT15): official
 * times and marks, ties, wind, records.
 *
 * @typedef {object} Ranked
 * @property {string} athlete
 * @property {number | null} place null: without one
 * @property {number | null} value official time in ms, or mark in mm
 * @property {string} status
 * @property {number | null} wind
 * @property {string[]} records
 * @property {boolean} aided
 */

export const WIND_MAX = 20;
const LONG_RACE_M = 10_000;
const LAST = ['', 'NH', 'NM', 'r', 'DNF', 'DNS', 'DQ'];

/** @param {number} ms @param {any} event */
export function officialTime(ms, { timing = 'photo', metres = 0 }) {
  const step = timing === 'road' ? 1_000 : timing === 'hand' || metres > LONG_RACE_M ? 100 : 10;
  return Math.ceil(ms / step) * step;
}

/** @param {number} mm */
export const officialMark = (mm) => Math.floor(mm / 10) * 10;

/** @param {any[]} attempts @returns {number[]} the longest first */
export function bestOf(attempts) {
  return attempts.flatMap(({ mark }) => (mark ? [officialMark(mark)] : [])).sort((a, b) => b - a);
}

/** @param {any[]} trials */
export function isOut(trials) {
  let failures = 0;
  for (const { tries } of trials.toSorted((a, b) => a.height - b.height))
    for (const sign of tries) {
      failures = sign === 'x' ? failures + 1 : sign === 'o' ? 0 : failures;
      if (failures >= 3 || sign === 'r') return true;
    }
  return false;
}

/** @param {any} event @param {number | null} wind */
const isLegal = (event, wind) => !event.wind || (wind !== null && wind !== undefined && wind <= WIND_MAX);

/**
 * @param {import('./meet.js').MeetState} state
 * @param {any} event
 * @returns {Ranked[]} best first, those without a place last
 */
export function ranking(state, event) {
  const results = state.results.map(({ result }) => result).filter((one) => one.event === event.id);
  const list = state.start_lists.find((one) => one.event === event.id);
  const heatOf = new Map((list?.heats ?? []).flatMap((/** @type {any} */ heat) => heat.lanes.map((/** @type {any} */ lane) => [lane.athlete, heat.number])));
  const rank = { track, distance, height }[/** @type {'track'} */ (event.sort)];
  const rows = results.map((result) => {
    const race = state.races.find((one) => one.event === event.id && one.heat === heatOf.get(result.athlete));
    return { result, ...rank(event, result, race?.wind ?? null) };
  });
  const placed = rows.filter(({ key }) => key !== null).sort((a, b) => compared(a.key ?? [], b.key ?? []));
  let place = 0;
  const found = placed.map(({ key, row, result }, i) => {
    if (i === 0 || compared(placed[i - 1]?.key ?? [], key ?? []) !== 0) place = i + 1;
    return withRecords(event, row, result, place);
  });
  const others = rows.filter(({ key }) => key === null).map(({ row }) => row);
  others.sort((a, b) => LAST.indexOf(a.status) - LAST.indexOf(b.status) || (a.athlete < b.athlete ? -1 : 1));
  return [...found, ...others];
}

/** @param {number[]} a @param {number[]} b */
function compared(a, b) {
  const i = a.findIndex((value, n) => value !== b[n]);
  return i < 0 ? 0 : (a[i] ?? 0) - (b[i] ?? 0);
}

/** @param {any} result @param {Partial<Ranked>} more @returns {Ranked} */
const row = ({ athlete }, more) => ({ athlete, place: null, value: null, status: '', wind: null, records: [], aided: false, ...more });

/** @param {any} event @param {any} result @param {number | null} wind */
function track(event, result, wind) {
  const { time, status = '' } = result;
  if (status || !time) return { key: null, row: row(result, { status, wind }) };
  const value = officialTime(time, event);
  return { key: [value, (event.timing ?? 'photo') === 'photo' ? time : 0], row: row(result, { value, wind }) };
}

/** @param {any} event @param {any} result */
function distance(event, result) {
  const { attempts = [], status = '' } = result;
  const marks = bestOf(attempts);
  if (status === 'DNS' || status === 'DQ' || marks.length === 0) {
    const tried = attempts.length >= 3 || (attempts.length > 0 && event.phase === 'official');
    return { key: null, row: row(result, { status: status || (tried ? 'NM' : '') }) };
  }
  const key = Array.from({ length: 6 }, (_, i) => -(marks[i] ?? 0));
  const wind = attempts.find((/** @type {any} */ one) => one.mark && officialMark(one.mark) === marks[0])?.wind ?? null;
  return { key, row: row(result, { value: marks[0], status, wind }) };
}

const failures = (/** @type {string} */ tries) => tries.split('x').length - 1;

/** @param {any} event @param {any} result */
function height(event, result) {
  const { trials = [], status = '' } = result;
  const sorted = trials.toSorted((/** @type {any} */ a, /** @type {any} */ b) => a.height - b.height);
  const best = sorted.findLast((/** @type {any} */ one) => one.tries.endsWith('o'));
  if (status === 'DNS' || status === 'DQ' || !best) {
    const out = isOut(sorted) || (sorted.length > 0 && event.phase === 'official');
    return { key: null, row: row(result, { status: status || (out ? 'NH' : '') }) };
  }
  const until = sorted.filter((/** @type {any} */ one) => one.height <= best.height);
  const all = until.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + failures(one.tries), 0);
  return { key: [-best.height, failures(best.tries), all], row: row(result, { value: officialMark(best.height), status }) };
}

/** @param {any} event @param {Ranked} ranked @param {any} result @param {number} place @returns {Ranked} */
function withRecords(event, ranked, { attempts = [] }, place) {
  let value = isLegal(event, ranked.wind) ? ranked.value : null;
  if (event.sort === 'distance' && event.wind)
    value = bestOf(attempts.filter((/** @type {any} */ one) => isLegal(event, one.wind)))[0] ?? null;
  const records = (event.records ?? [])
    .filter((/** @type {any} */ one) => value !== null && (event.sort === 'track' ? value <= one.value : value >= one.value))
    .map((/** @type {any} */ one) => one.name);
  const aided = Boolean(event.wind) && ranked.wind !== null && ranked.wind > WIND_MAX;
  return { ...ranked, place, records, aided };
}
