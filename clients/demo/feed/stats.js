/**
 * What GSIS stat ids mean: points on the scoreboard as server/rules/scoring/stat_ids.py makes them
 * (SPEC SC1), what stands on a play's badge, and each line in words. Pure.
 */

const TOUCHDOWNS = new Set([11, 13, 22, 24, 26, 28, 34, 36, 46, 48, 56, 58, 60, 62, 64, 108]);
const RETURNED_TRIES = new Set([404, 406, 420]);
const POINTS = new Map([
  ...[...TOUCHDOWNS].map((stat) => [stat, 6]),
  ...[[70, 3], [72, 1], [75, 2], [77, 2], [89, 2], [90, 1], [96, 1], [99, 1], [100, 1]],
  ...[...RETURNED_TRIES].map((stat) => [stat, 2]),
]);

/** Yards from scrimmage; 20 is a sack. */
const GAINED = new Set([10, 11, 12, 13, 15, 16, 17, 18, 20]);
const RAN = new Set([10, 11, 12, 13]);
const PASSED = new Set([15, 16, 17, 18]);
const BIG_RUN = 10;
const BIG_PASS = 20;

/** @param {any} play @returns {Record<string, number>} team to points of its own */
export function pointsOf({ stats = [], deleted = false }) {
  const points = {};
  if (deleted) return points;
  const tries = stats.map(({ stat }) => stat).filter((stat) => RETURNED_TRIES.has(stat));
  const again = (stat) => RETURNED_TRIES.has(stat) && stat > Math.min(...tries);
  for (const { stat, team } of stats) {
    const made = again(stat) ? 0 : (POINTS.get(stat) ?? 0);
    if (made) points[team] = (points[team] ?? 0) + made;
  }
  return points;
}

/** Yards won from scrimmage by whoever has the ball; null: it was no such play. */
export function gainedOf({ stats = [] }) {
  const lines = stats.filter(({ stat }) => GAINED.has(stat));
  const tried = lines.length > 0 || stats.some(({ stat }) => stat === 14 || stat === 19);
  return tried ? lines.reduce((sum, { yards }) => sum + yards, 0) : null;
}

export function isPass({ stats = [] }) {
  return stats.some(({ stat }) => PASSED.has(stat) || stat === 14 || stat === 19);
}

export function isBig({ stats = [] }) {
  const sum = (which) => stats.reduce((all, { stat, yards }) => all + (which.has(stat) ? yards : 0), 0);
  return sum(RAN) >= BIG_RUN || sum(PASSED) >= BIG_PASS;
}

/** Loses the ball: intercepted, a fumble lost, a fourth down failed. */
export function isTurnover({ stats = [] }) {
  return stats.some(({ stat }) => stat === 19 || stat === 106 || stat === 9);
}

export function isPenalty({ stats = [] }) {
  return stats.some(({ stat }) => stat === 93);
}

/** The first that holds: what stands on the badge, and its tone. */
const BADGES = [
  [(has) => [...TOUCHDOWNS].some(has), "Touchdown", "score"],
  [(has) => has(70), "Field goal", "score"],
  [(has) => has(72), "Extra point", "score"],
  [(has) => has(75) || has(77), "Two points", "score"],
  [(has) => [...RETURNED_TRIES].some(has), "Try returned", "score"],
  [(has) => has(89) || has(90), "Safety", "score"],
  [(has) => has(19), "Intercepted", "lost"],
  [(has) => has(106), "Fumble lost", "lost"],
  [(has) => has(9), "Turnover on downs", "lost"],
  [(has) => has(69) || has(71), "Field goal missed", "lost"],
  [(has) => has(73) || has(74), "Extra point missed", "lost"],
  [(has) => has(29) || has(31) || has(32), "Punt", "plain"],
  [(has) => has(20), "Sack", "plain"],
];

/** @param {any} play @returns {{words: string, tone: string} | null} */
export function badgeOf({ stats = [] }) {
  const there = new Set(stats.map(({ stat }) => stat));
  const found = BADGES.find(([holds]) => holds((stat) => there.has(stat)));
  return found ? { words: found[1], tone: found[2] } : null;
}

const WORDS = {
  ...{ 3: "First down, run", 4: "First down, pass", 5: "First down, penalty", 6: "Third down made" },
  ...{ 7: "Third down failed", 8: "Fourth down made", 9: "Fourth down failed" },
  ...{ 10: "Run", 11: "Run, touchdown", 12: "Run, lateral", 13: "Run, lateral, touchdown" },
  ...{ 14: "Pass, incomplete", 15: "Pass", 16: "Pass, touchdown", 19: "Pass, intercepted", 20: "Sacked" },
  ...{ 21: "Catch", 22: "Catch, touchdown", 23: "Catch, lateral", 24: "Catch, lateral, touchdown" },
  ...{ 25: "Interception", 26: "Interception, touchdown", 29: "Punt", 30: "Punt inside 20", 32: "Punt" },
  ...{ 33: "Punt return", 34: "Punt return, touchdown", 39: "Fair catch", 44: "Kick-off", 45: "Kick-off return" },
  ...{ 46: "Kick-off return, touchdown", 51: "Touchback", 52: "Fumble, forced", 53: "Fumble", 54: "Fumble out of bounds" },
  ...{ 55: "Own fumble recovered", 56: "Own fumble recovered, touchdown", 59: "Fumble recovered" },
  ...{ 60: "Fumble recovered, touchdown", 63: "Other yards", 64: "Touchdown", 68: "Timeout" },
  ...{ 69: "Field goal missed", 70: "Field goal", 71: "Field goal blocked", 72: "Extra point", 73: "Extra point missed" },
  ...{ 74: "Extra point blocked", 75: "Two points, run", 77: "Two points, pass", 79: "Tackle", 80: "Tackle", 82: "Assist" },
  ...{ 83: "Sack", 84: "Half a sack", 85: "Pass defended", 86: "Punt blocked", 87: "Extra point blocked", 88: "Field goal blocked" },
  ...{ 89: "Safety", 91: "Fumble forced", 93: "Penalty", 95: "Tackled for loss", 104: "Two points, catch" },
  ...{ 106: "Fumble lost", 110: "Hit on the quarterback", 111: "Air yards", 112: "Air yards, incomplete", 113: "Yards after the catch" },
  ...{ 115: "Target", 120: "Tackle for loss", 402: "Yards lost", 410: "Kick, all yards" },
};
/** Lines whose yards say nothing. */
const NO_YARDS = new Set([3, 4, 5, 6, 7, 8, 9, 14, 52, 55, 59, 68, 79, 80, 82, 85, 91, 106, 110, 115, 120]);

/** @param {{stat: number, team: string, name: string, yards: number}} line */
export function lineWords({ stat, team, name, yards }) {
  const what = WORDS[stat] ?? `Statistic ${stat}`;
  const much = NO_YARDS.has(stat) && yards === 0 ? "" : ` ${yards}`;
  return `${name || team}: ${what}${much}`;
}
