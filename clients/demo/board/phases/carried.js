/**
 * Where a ball is drawn that somebody has: beside the shirt instead of upon it, so that the number
 * is read and both can be taken hold of. Only the picture knows of this. Pure.
 */
import { tokenRadius } from "../token_size.js";

const BESIDE = 1.45;
let last = { objects: null, carriers: new Map() };

/** Everybody who has a ball at some time. @returns {string[]} */
function carriersOf(objects, ball) {
  if (last.objects !== objects) last = { objects, carriers: new Map() };
  const known = last.carriers.get(ball);
  if (known) return known;
  const found = Object.entries(objects)
    .filter(([id, { sort, props }]) => id === ball || (sort === "stop" && props.of === ball))
    .map(([, { props }]) => props.carrier)
    .filter((id) => id != null && objects[id]?.sort === "token");
  const carriers = [...new Set(found)];
  last.carriers.set(ball, carriers);
  return carriers;
}

/**
 * A place within the shirt of one who has the ball moves to its edge, by the shortest way; so a pass
 * that leaves it never jumps.
 * @param {any} objects @param {string} ball @param {[number, number]} at
 * @param {(id: string) => [number, number]} placeOf where a token is drawn @param {any} camera
 * @returns {[number, number]}
 */
export function besideCarrier(objects, ball, at, placeOf, camera) {
  for (const id of carriersOf(objects, ball)) {
    const [x, y] = placeOf(id);
    const least = tokenRadius(objects[id].props, camera) * BESIDE;
    const [dx, dy] = [at[0] - x, at[1] - y];
    const away = Math.hypot(dx, dy);
    if (away < least && away > 1)
      return [Math.round(x + (dx / away) * least), Math.round(y + (dy / away) * least)];
  }
  return at;
}
