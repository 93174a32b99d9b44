/** Where substitutes stand: in a row outside the touchline, each side beside its own half. Pure. */
import { newId } from "../commands.js";
import { wornBy } from "../kits.js";
import { dimensionsOf } from "../pitch.js";

const STEP_MM = 4_400;
const FROM_HALFWAY_MM = 5_500;

/**
 * New tokens for the bench of a side, with the next free numbers, in the next free places.
 * @param {Record<string, any>} objects @param {any} settings @param {"home" | "away"} side @param
 *   {number} count
 */
export function benchOf(objects, settings, side, count) {
  const d = dimensionsOf(settings);
  const y = Math.round(d.width / 2 + Math.min(d.margin * 0.55, d.width / 6));
  const direction = side === "home" ? -1 : 1;
  const room = Math.floor((d.length / 2 - FROM_HALFWAY_MM) / STEP_MM) + 1;
  const tokens = Object.values(objects).filter(({ sort }) => sort === "token");
  const taken = (x) =>
    tokens.some(({ props }) => Math.hypot(props.at[0] - x, props.at[1] - y) < STEP_MM / 2);
  const places = Array.from(
    { length: Math.max(1, room) },
    (_, i) => direction * (FROM_HALFWAY_MM + i * STEP_MM),
  ).filter((x) => !taken(x));
  const worn = new Set(
    tokens.filter(({ props }) => props.side === side).map(({ props }) => props.number),
  );
  const numbers = Array.from({ length: 88 }, (_, i) => i + 12).filter((one) => !worn.has(one));
  return places.slice(0, count).map((x, i) => ({
    id: newId(),
    sort: "token",
    props: {
      ...{ at: [Math.round(x), y], side },
      ...(numbers[i] ? { number: numbers[i] } : {}),
      ...wornBy(objects, side),
    },
  }));
}
