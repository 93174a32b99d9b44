/** What the server says a matchup is likely to come to (SPEC PJ): never part of a score. Pure. */

export const SURE = 10_000;

/**
 * @typedef {{matchup: number, home: {projected: number}, away: {projected: number}, chance: number,
 *   played: number, players: Record<string, number>}} Likely
 */

/** What a matchup is likely to come to while that is open; null: not known, or it has its result. @returns {Likely | null} */
export function likelyOf(state, week, matchup, scores) {
  if (scores?.week !== week || state.weeks[week]) return null;
  return scores.likely[matchup] ?? null;
}

/** A side's chance in words: nobody is sure before the end. */
export function chanceWords(chance) {
  const percent = Math.round(chance / 100);
  if (percent === 0 && chance > 0) return "<1 %";
  if (percent === 100 && chance < SURE) return ">99 %";
  return `${percent} %`;
}

/** The line with what was just told at its end. @param {null | {week: number, matchup: number, points: number[][]}} line */
export function withPoint(line, scores) {
  const told = line && scores.week === line.week ? scores.likely[line.matchup] : null;
  if (!line || !told) return line;
  const { played, chance, home, away } = told;
  const before = line.points.filter(([at]) => at < played);
  return { ...line, points: [...before, [played, chance, home.projected, away.projected]] };
}

/** Corners of the line in a box of this size, the home side's win at its top. */
export function corners(points, width, height) {
  return points.map(([played, chance]) => [
    Math.round((played / SURE) * width * 10) / 10,
    Math.round((1 - chance / SURE) * height * 10) / 10,
  ]);
}

/** What the line says, for who does not see it: where it began, its ends, where it is. */
export function lineWords(points, home, away) {
  const chances = points.map(([, chance]) => chance);
  const said = (chance) => `${chanceWords(chance)}`;
  return [
    `Win chance of ${home} over the time of the games: ${said(chances[0])} at first`,
    `between ${said(Math.min(...chances))} and ${said(Math.max(...chances))} since`,
    `${said(chances.at(-1))} now; the rest is ${away}'s`,
  ].join(", ");
}
