/**
 * What a kind of line means, in the words of the sport. One table for the tools and for the
 * properties. Pure.
 *
 * Soccer, handball and rugby: run, pass, dribble (coaching courses of the associations). Basketball
 * as coaching manuals draw it: cut solid, pass dashed, dribble in zigzag, screen with a bar at its
 * end, shot doubled. American football: route solid, block with a bar, motion in zigzag, throw
 * dashed. Ice hockey (the federations' drill keys): skating solid, with the puck waving, pass dashed, shot
 * doubled.
 *
 * @typedef {{stroke: string, head: string, name: string, picture: string}} Convention
 */

/** @type {(stroke: string, head: string, name: string, picture: string) => Convention} */
const means = (stroke, head, name, picture) => ({ stroke, head, name, picture });

const FIELD = [
  means("solid", "end", "Run", "arrow"),
  means("dashed", "end", "Pass", "pass"),
  means("wavy", "end", "Dribble", "dribble"),
  means("double", "end", "Shot", "shot"),
  means("solid", "bar", "Screen", "screen"),
  means("dotted", "end", "Long ball", "dotted"),
  means("zigzag", "end", "Feint", "zigzag"),
];
const BASKETBALL = [
  means("solid", "end", "Cut", "arrow"),
  means("dashed", "end", "Pass", "pass"),
  means("zigzag", "end", "Dribble", "zigzag"),
  means("solid", "bar", "Screen", "screen"),
  means("double", "end", "Shot", "shot"),
  means("dotted", "end", "Hand-off", "dotted"),
  means("wavy", "end", "Closing out", "dribble"),
];
const AMERICAN = [
  means("solid", "end", "Route", "arrow"),
  means("dashed", "end", "Throw", "pass"),
  means("solid", "bar", "Block", "screen"),
  means("zigzag", "end", "Motion", "zigzag"),
  means("wavy", "end", "Ball carrier", "dribble"),
  means("dotted", "end", "Option route", "dotted"),
  means("double", "end", "Kick", "shot"),
];
const ICE = [
  means("solid", "end", "Skate", "arrow"),
  means("dashed", "end", "Pass", "pass"),
  means("wavy", "end", "Skate with puck", "dribble"),
  means("double", "end", "Shot", "shot"),
  means("solid", "bar", "Stop", "screen"),
  means("zigzag", "end", "Backwards", "zigzag"),
  means("dotted", "end", "Lifted", "dotted"),
];
const OF_SPORT = {
  basketball_nba: BASKETBALL,
  basketball_fiba: BASKETBALL,
  american_football: AMERICAN,
  ice_hockey: ICE,
  ice_hockey_nhl: ICE,
};

/** @returns {Convention[]} the usual one first */
export const conventionsOf = (sport) => OF_SPORT[sport] ?? FIELD;

const STROKE_WORDS = {
  solid: "solid",
  dashed: "dashed",
  wavy: "wavy",
  dotted: "dotted",
  double: "double",
  zigzag: "zigzag",
};

/** [value, words] of every stroke: "run (solid)". */
export function strokeChoices(sport) {
  const meant = new Map(
    conventionsOf(sport)
      .filter(({ head }) => head === "end")
      .map(({ stroke, name }) => [stroke, name.toLowerCase()]),
  );
  return Object.entries(STROKE_WORDS).map(([stroke, words]) => [
    stroke,
    meant.has(stroke) ? `${meant.get(stroke)} (${words})` : words,
  ]);
}
