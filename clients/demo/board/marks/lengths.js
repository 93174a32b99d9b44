/** Lengths in the units of the board: metres, yards or feet. Pure. */
import { dimensionsOf } from "../pitch.js";
import { unitOf } from "../projection.js";

const MM = { m: 1_000, yd: 914.4, ft: 304.8 };

/** @returns {"m" | "yd" | "ft"} what a board measures in; `auto` is what its sport does */
export function unitsOf(settings) {
  return unitOf(settings, dimensionsOf(settings).unit);
}

/** "12.4 m", "13.6 yd", "41 ft". */
export function lengthWords(mm, units) {
  const value = mm / MM[units];
  const places = units === "ft" || value >= 100 ? 0 : 1;
  return `${value.toFixed(places)} ${units}`;
}
