/**
 * Places in an event as server/rules/meet/ranking.py works them out (SPEC AT10 to AT15, AT22,
 * AT24 to AT26): official times and marks, ties, wind, records, laps, points, jump-offs, finals.
 *
 * @typedef {object} Ranked
 * @property {string} athlete
 * @property {number | null} place null: without one
 * @property {number | null} value official time in ms, or mark in mm
 * @property {string} status
 * @property {number | null} wind
 * @property {string[]} records
 * @property {boolean} aided
 * @property {number} laps how often it has passed the finish line, where laps are counted
 * @property {number} lapped how often it was overtaken by a whole lap
 * @property {(number | null)[]} points of a combined event, of each part; null: not yet
 */

import { counted, points } from './meet_combined.js';
import { frontOf, lapped, passings } from './meet_laps.js';

export const WIND_MAX = 20;
const FIRST_ATTEMPTS = 3;
const ROUNDS_MAX = 40;
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
 * @returns {Ranked[]} best first, those without a place last, who still runs before who is out
 */
export function ranking(state, event) {
  if (event.sort === 'combined') return combined(state, event);
  const results = state.results.map(({ result }) => result).filter((one) => one.event === event.id);
  const heats = heatsOf(state, event.id);
  const rank = { track, distance, height }[/** @type {'track'} */ (event.sort)];
  const rows = results.map((result) => {
    const race = state.races.find((one) => one.event === event.id && one.heat === heats.get(result.athlete));
    return { result, ...rank(event, result, race?.wind ?? null) };
  });
  const found = placed(rows, event.sort === 'height').map(({ row, result, place }) => withRecords(event, row, result, place));
  const others = rows.filter(({ key }) => key === null);
  others.sort((a, b) => LAST.indexOf(a.row.status) - LAST.indexOf(b.row.status) || compared(reached(a.result), reached(b.result)) || byAthlete(a.row, b.row));
  const all = [...found, ...others.map((one) => one.row)];
  return event.laps ? withLaps(event, all, results, heats) : all;
}

/** @param {Ranked} a @param {Ranked} b */
const byAthlete = (a, b) => (a.athlete < b.athlete ? -1 : 1);

/** @param {any} result */
const reached = ({ splits = [] }) => [-splits.length, splits.at(-1) ?? 0];

/** @param {import('./meet.js').MeetState} state @param {string} event @returns {Map<string, number>} */
function heatsOf(state, event) {
  const list = state.start_lists.find((one) => one.event === event);
  return new Map((list?.heats ?? []).flatMap((/** @type {any} */ heat) => heat.lanes.map((/** @type {any} */ lane) => [lane.athlete, heat.number])));
}

/**
 * Places of those who have one; first place alone is decided by a jump-off (AT25).
 * @param {any[]} rows @param {boolean} [byJumpOff] @returns {any[]}
 */
function placed(rows, byJumpOff = false) {
  const there = rows.filter(({ key }) => key !== null).sort((a, b) => compared(a.key, b.key));
  const keyed = there.map((one) => ({ ...one, full: byJumpOff && compared(one.key, there[0].key) === 0 ? [...one.key, ...jumpedOff(one.result)] : one.key }));
  keyed.sort((a, b) => compared(a.full, b.full));
  let place = 0;
  return keyed.map((one, i) => {
    if (i === 0 || compared(keyed[i - 1].full, one.full) !== 0) place = i + 1;
    return { ...one, place };
  });
}

/** Round by round: cleared, failed, not there any more. @param {any} result */
function jumpedOff({ jump_off: rounds = [] }) {
  return Array.from({ length: ROUNDS_MAX }, (_, i) => 'oxr'.indexOf(rounds[i]?.tries ?? 'r'));
}

/** @param {any} event @param {Ranked[]} rows @param {any[]} results @param {Map<string, number>} heats @returns {Ranked[]} */
function withLaps(event, rows, results, heats) {
  const passed = new Map(results.map((result) => [result.athlete, passings(result, event)]));
  const fronts = new Map(rows.map(({ athlete }) => [heats.get(athlete), /** @type {number[]} */ ([])]));
  for (const heat of fronts.keys()) fronts.set(heat, frontOf([...passed].filter(([one]) => heats.get(one) === heat).map(([, own]) => own)));
  return rows.map((row) => {
    const own = passed.get(row.athlete) ?? [];
    const running = row.status === '' && row.value === null;
    return { ...row, laps: own.length, lapped: lapped(own, fronts.get(heats.get(row.athlete)) ?? [], running) };
  });
}

/** Totals of points; who did not start in a part has given up (AT24). @param {import('./meet.js').MeetState} state @param {any} event @returns {Ranked[]} */
function combined(state, event) {
  const parts = event.parts.map((/** @type {any} */ part) => {
    const of = state.events.find((one) => one.id === part.event);
    return { ...part, of, rows: new Map(ranking(state, of).map((one) => [one.athlete, one])) };
  });
  const rows = state.entries.filter((one) => one.event === event.id).flatMap(({ athlete }) => {
    const there = parts.map((/** @type {any} */ part) => part.rows.get(athlete));
    const scored = parts.map((/** @type {any} */ part, /** @type {number} */ i) => partPoints(event.table, part, there[i]));
    const held = state.results.find(({ result }) => result.event === event.id && result.athlete === athlete);
    const status = held?.result.status || (there.some((/** @type {any} */ one) => one?.status === 'DNS') ? 'DNF' : '');
    if (!status && scored.every((/** @type {number | null} */ one) => one === null)) return [];
    const value = scored.reduce((/** @type {number} */ sum, /** @type {number | null} */ one) => sum + (one ?? 0), 0);
    const aided = !isCalm(parts, there);
    return [{ key: status ? null : [-value], aided, row: row({ athlete }, { value: status ? null : value, status, points: scored }) }];
  });
  const found = placed(rows).map(({ row: one, place, aided }) => ({ ...one, place, records: aided ? [] : beaten(event, one.value) }));
  const others = rows.filter(({ key }) => key === null).map((one) => one.row);
  others.sort((a, b) => LAST.indexOf(a.status) - LAST.indexOf(b.status) || byAthlete(a, b));
  return [...found, ...others];
}

/** @param {string} table @param {any} part @param {Ranked | undefined} ranked @returns {number | null} */
function partPoints(table, { of, discipline }, ranked) {
  if (!ranked) return null;
  if (ranked.value === null || ranked.status === 'DQ' || ranked.status === 'DNS') return ranked.status ? 0 : null;
  return points(table, discipline, counted(of, discipline, ranked.value));
}

/** Whether the mean of the winds allows a record. @param {any[]} parts @param {any[]} there */
function isCalm(parts, there) {
  const winds = there.flatMap((one, i) => (one && parts[i].of.wind ? [one.wind] : []));
  const known = winds.filter((wind) => wind !== null && wind !== undefined);
  return known.length === winds.length && known.reduce((sum, wind) => sum + wind, 0) <= WIND_MAX * known.length;
}

/**
 * Who has more than three attempts, in the order of the fourth, the best last (AT26); empty until
 * everybody has had three.
 * @param {import('./meet.js').MeetState} state
 * @param {any} event
 * @returns {string[]}
 */
export function finalOrder(state, event) {
  if (event.sort !== 'distance' || (event.attempts ?? 6) <= FIRST_ATTEMPTS) return [];
  const drawn = [...heatsOf(state, event.id).keys()];
  const field = drawn.length ? drawn : state.entries.filter((one) => one.event === event.id).map(({ athlete }) => athlete);
  const there = field
    .map((athlete) => state.results.find(({ result }) => result.event === event.id && result.athlete === athlete)?.result ?? { athlete })
    .filter(({ status }) => !['DNS', 'DQ', 'r'].includes(status));
  if (!there.length || there.some(({ attempts = [] }) => attempts.length < FIRST_ATTEMPTS)) return [];
  const firsts = there.map((one) => ({ ...one, status: '', attempts: one.attempts.slice(0, FIRST_ATTEMPTS) }));
  const ranked = placed(firsts.map((result) => ({ result, ...distance(event, result) })));
  const most = (event.finalists ?? 8) || firsts.length;
  const without = firsts.length > most ? [] : firsts.filter(({ attempts }) => bestOf(attempts).length === 0);
  const through = ranked.filter(({ place }) => place <= most).reverse();
  return [...without.map(({ athlete }) => athlete), ...through.map((one) => one.row.athlete)];
}

/** @param {number[]} a @param {number[]} b */
function compared(a, b) {
  const i = a.findIndex((value, n) => value !== b[n]);
  return i < 0 ? 0 : (a[i] ?? 0) - (b[i] ?? 0);
}

/** @param {any} result @param {Partial<Ranked>} more @returns {Ranked} */
const row = ({ athlete }, more) => ({ athlete, place: null, value: null, status: '', wind: null, records: [], aided: false, laps: 0, lapped: 0, points: [], ...more });

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
  const cleared = (result.jump_off ?? []).filter((/** @type {any} */ one) => one.tries === 'o').map((/** @type {any} */ one) => one.height);
  return { key: [-best.height, failures(best.tries), all], row: row(result, { value: officialMark(Math.max(best.height, ...cleared)), status }) };
}

/** @param {any} event @param {Ranked} ranked @param {any} result @param {number} place @returns {Ranked} */
function withRecords(event, ranked, { attempts = [] }, place) {
  let value = isLegal(event, ranked.wind) ? ranked.value : null;
  if (event.sort === 'distance' && event.wind)
    value = bestOf(attempts.filter((/** @type {any} */ one) => isLegal(event, one.wind)))[0] ?? null;
  const aided = Boolean(event.wind) && ranked.wind !== null && ranked.wind > WIND_MAX;
  return { ...ranked, place, records: beaten(event, value), aided };
}

/** @param {any} event @param {number | null} value @returns {string[]} */
function beaten(event, value) {
  return (event.records ?? [])
    .filter((/** @type {any} */ one) => value !== null && (event.sort === 'track' ? value <= one.value : value >= one.value))
    .map((/** @type {any} */ one) => one.name);
}
