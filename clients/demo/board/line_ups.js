/**
 * Two line-ups to begin with: places as parts of the own half, drawn from a table per sport. Pure
 * but for the ids.
 */
import { add, newId } from "./commands.js";

/** [number, role, how far from the own goal line (0 to 1 of the half), where across (-1 to 1)] */
const SOCCER_433 = [
  [1, "GK", 0.06, 0],
  [2, "RB", 0.36, 0.74],
  [4, "CB", 0.28, 0.26],
  [5, "CB", 0.28, -0.26],
  [3, "LB", 0.36, -0.74],
  [8, "CM", 0.6, 0.42],
  [6, "DM", 0.5, 0],
  [10, "CM", 0.6, -0.42],
  [7, "RW", 0.85, 0.7],
  [9, "ST", 0.9, 0],
  [11, "LW", 0.85, -0.7],
];
const SOCCER_442 = [
  [1, "GK", 0.06, 0],
  [2, "RB", 0.34, 0.74],
  [4, "CB", 0.28, 0.26],
  [5, "CB", 0.28, -0.26],
  [3, "LB", 0.34, -0.74],
  [7, "RM", 0.62, 0.76],
  [6, "CM", 0.56, 0.26],
  [8, "CM", 0.56, -0.26],
  [11, "LM", 0.62, -0.76],
  [9, "ST", 0.88, 0.22],
  [10, "ST", 0.88, -0.22],
];
/** [number, role, mm behind the line of scrimmage, mm across] */
const SHOTGUN = [
  [52, "C", 2_800, 0],
  [66, "LG", 2_800, -4_300],
  [64, "RG", 2_800, 4_300],
  [74, "LT", 2_800, -8_600],
  [76, "RT", 2_800, 8_600],
  [87, "TE", 2_800, 12_900],
  [12, "QB", 8_000, 0],
  [28, "RB", 8_000, -4_500],
  [81, "WR", 2_800, -22_000],
  [11, "WR", 2_800, 22_000],
  [83, "WR", 4_600, -14_500],
];
const FOUR_THREE = [
  [97, "DE", 2_800, -8_000],
  [92, "DT", 2_800, -2_700],
  [95, "DT", 2_800, 2_700],
  [90, "DE", 2_800, 8_000],
  [54, "MLB", 7_000, 0],
  [56, "OLB", 6_500, -9_500],
  [51, "OLB", 6_500, 10_500],
  [24, "CB", 7_000, -22_000],
  [21, "CB", 7_000, 22_000],
  [31, "SS", 13_500, 9_000],
  [20, "FS", 16_500, -7_000],
];
const SCRIMMAGE_MM = -18_288;

/**
 * One command that puts two line-ups and a ball on the board. @param {{sport: string, length_mm:
 * number, width_mm: number}} settings
 */
export function lineUps(settings) {
  const players = settings.sport === "american_football" ? american() : soccer(settings);
  return add(players.map(({ sort, ...props }) => ({ id: newId(), sort: sort ?? "token", props })));
}

function soccer({ length_mm: length, width_mm: width }) {
  const place = (side, forward, across) => [
    Math.round(side * (length / 2) * (1 - forward)),
    Math.round(side * across * (width / 2) * -1),
  ];
  const team = (name, table, side) =>
    table.map(([number, role, forward, across]) => ({
      side: name,
      number,
      role,
      at: place(side, forward, across),
    }));
  return [
    ...team("home", SOCCER_433, -1),
    ...team("away", SOCCER_442, 1),
    { sort: "ball", at: [0, 0] },
  ];
}

function american() {
  const team = (name, table, direction) =>
    table.map(([number, role, behind, across]) => ({
      side: name,
      number,
      role,
      at: [SCRIMMAGE_MM + direction * behind, -direction * across],
    }));
  return [
    ...team("home", SHOTGUN, -1),
    ...team("away", FOUR_THREE, 1),
    { sort: "ball", at: [SCRIMMAGE_MM, 0] },
  ];
}
