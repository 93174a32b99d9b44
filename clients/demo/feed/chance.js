/**
 * How likely the home team is to win, from score and time alone (SPEC PJ13): the margin to come is
 * normal, with a mean of the home edge and a standard deviation of 13.86 points over a whole game
 * (H. Stern, "On the Probability of Winning a Football Game", The American Statistician 45, 1991;
 * over time as in his Brownian motion model, JASA 89, 1994; the edge and half a tie as W. Winston,
 * "Mathletics", has them). It knows neither teams nor who has the ball. Pure.
 */
import { pointsOf } from "./stats.js";

export const SD = 13.86;
export const HOME_EDGE = 3;
const QUARTER_S = 900;
const GAME_S = 4 * QUARTER_S;
const OVERTIME_S = 600;

/** What is left of a game's 3,600 seconds; of overtime what is on its clock. */
export function shareLeft({ quarter = 0, clock = "" }) {
  if (!quarter) return 1;
  const said = /^(\d{1,2}):(\d\d)$/.exec(clock);
  const whole = quarter > 4 ? OVERTIME_S : QUARTER_S;
  const left = said ? Math.min(whole, 60 * Number(said[1]) + Number(said[2])) : whole;
  return (Math.max(0, 4 - quarter) * QUARTER_S + left) / GAME_S;
}

/** Of the home team, 0 to 1. @param {number} lead points @param {number} share of the game that is left */
export function homeChance(lead, share) {
  if (share <= 0) return lead > 0 ? 1 : lead < 0 ? 0 : 0.5;
  const [mean, sd] = [lead + HOME_EDGE * share, SD * Math.sqrt(share)];
  return 1 - (normal((0.5 - mean) / sd) + normal((-0.5 - mean) / sd)) / 2;
}

/** The normal distribution function, to seven digits (Abramowitz and Stegun 26.2.17). */
function normal(z) {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const above = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail;
  return z > 0 ? 1 - above : above;
}

/** Where plays are not here, all that made points are: between them only time goes on. */
const GAP = 1 / 60;

/**
 * `[played, chance]` after each play, both 0 to 1, in the game's order; the last one is the header's.
 * A play under review counts for nothing. Where older plays are not here, a point for each minute.
 * @param {any} state @returns {[number, number][]}
 */
export function chancesOf({ header, plays, earlier }) {
  if (!header || (header.phase ?? "live") === "pregame") return [];
  const points = /** @type {[number, number][]} */ ([[0, homeChance(0, 1)]]);
  let lead = 0;
  const timeTo = (played) => {
    for (let at = points[points.length - 1][0] + GAP; at < played - GAP / 2; at += GAP) points.push([at, homeChance(lead, 1 - at)]);
  };
  for (const { play, review } of plays) {
    const played = play.quarter && play.quarter <= 4 ? 1 - shareLeft(play) : 0;
    if (earlier) timeTo(played);
    if (!review) {
      const made = pointsOf(play);
      lead += (made[header.home] ?? 0) - (made[header.away] ?? 0);
    }
    if (!play.quarter || play.quarter > 4) continue;
    if (played >= points[points.length - 1][0]) points.push([played, homeChance(lead, 1 - played)]);
  }
  const left = header.phase === "final" ? 0 : shareLeft(header);
  const now = (header.home_score ?? 0) - (header.away_score ?? 0);
  const end = header.phase === "final" || (header.quarter ?? 0) > 4 ? 1 : 1 - left;
  points.push([Math.max(end, points[points.length - 1][0]), homeChance(now, left)]);
  return points;
}
