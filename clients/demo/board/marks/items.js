/**
 * Equipment: what there is, its name, its size on the ground in millimetres (along x, along y when
 * it is not turned), its colour. Sizes are the usual ones of training equipment; a large goal is
 * the sport's. Pure.
 */

/** @type {Record<string, {name: string, size: [number, number], fill: string}>} */
export const ITEMS = {
  cone: { name: "Cone", size: [600, 600], fill: "#f97316" },
  disc: { name: "Disc", size: [500, 500], fill: "#ffd23f" },
  pole: { name: "Pole", size: [400, 400], fill: "#dc2626" },
  flag: { name: "Flag", size: [900, 600], fill: "#dc2626" },
  mannequin: { name: "Mannequin", size: [400, 1_000], fill: "#38bdf8" },
  hurdle: { name: "Hurdle", size: [350, 1_000], fill: "#ffd23f" },
  ladder: { name: "Ladder", size: [4_000, 500], fill: "#ffd23f" },
  hoop: { name: "Hoop", size: [700, 700], fill: "#38bdf8" },
  goal: { name: "Goal", size: [2_000, 7_320], fill: "#ffffff" },
  mini_goal: { name: "Small goal", size: [700, 1_800], fill: "#ffffff" },
  rebounder: { name: "Rebounder", size: [600, 1_800], fill: "#ffffff" },
};

/** Width of the goal of a sport, where it is not soccer's. */
const GOAL_WIDTH = {
  soccer_9: 5_000,
  soccer_7: 5_000,
  soccer_5: 3_660,
  futsal: 3_000,
  handball: 3_000,
  field_hockey: 3_660,
  ice_hockey: 1_830,
  ice_hockey_nhl: 1_829,
  lacrosse: 1_829,
};

/** @returns {[number, number]} */
export function itemSize(item, sport = "soccer") {
  const { size } = ITEMS[item] ?? ITEMS.cone;
  const width = item === "goal" ? GOAL_WIDTH[sport] : undefined;
  return width ? [Math.min(2_000, Math.round(width * 0.4)), width] : size;
}

export const itemName = (item) => (ITEMS[item]?.name ?? "Equipment").toLowerCase();
