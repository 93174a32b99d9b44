/** Rosters that are offered ready-made, as the server has them (SPEC DR63). Pure. */
import { NFL } from "./reading.js";

const RUNNERS = ["RB", "WR", "TE"];
const one = (name, positions = [name], count = 1) => ({ name, positions, ...(count > 1 ? { count } : {}) });
const bench = (count) => ({ name: "BN", count, bench: true });

/** Name to words and places. */
export const ROSTERS = {
  nfl: ["NFL", NFL],
  superflex: ["NFL with superflex", [...NFL.slice(0, 5), one("SUPER_FLEX", ["QB", ...RUNNERS]), ...NFL.slice(5)]],
  idp: [
    "NFL with defenders",
    [...NFL.slice(0, 6), one("DL", ["DL", "DE", "DT"], 2), one("LB", ["LB"], 2), one("DB", ["DB", "CB", "S"], 2), bench(6)],
  ],
  soccer: [
    "Soccer",
    [one("GK"), one("DEF", ["DEF"], 4), one("MID", ["MID"], 3), one("FWD", ["FWD"], 2), one("FLEX", ["DEF", "MID", "FWD"]), bench(4)],
  ],
  basketball: [
    "Basketball",
    [
      ...[one("PG"), one("SG"), one("SF"), one("PF"), one("C", ["C"], 2), one("G", ["PG", "SG"])],
      ...[one("F", ["SF", "PF"]), one("UTIL", ["PG", "SG", "SF", "PF", "C"], 2), bench(3)],
    ],
  ],
};

/** Places of a roster. */
export const size = (slots) => slots.reduce((sum, { count = 1 }) => sum + count, 0);

/** Which of them a draft has; `own`: another. */
export function rosterNamed(slots) {
  const like = JSON.stringify(slots);
  return Object.keys(ROSTERS).find((name) => JSON.stringify(ROSTERS[name][1]) === like) ?? "own";
}
