/**
 * Two line-ups to begin with: the usual shapes of the sport (SPEC LB87). Pure but for the ids.
 */
import { placeOf, shapesOf } from "/js/kinds/formations.js";
import { add, newId } from "./commands.js";

/**
 * The shapes of both sides: with and without the ball, where the sport tells them apart; else the
 * usual one and the next. None of a pitch that has no shapes.
 * @param {string} sport
 */
export function usualShapes(sport) {
  const shapes = shapesOf(sport);
  const defence = shapes.find(({ use }) => use === "defence");
  return [shapes[0], defence ?? shapes[1] ?? shapes[0]].filter(Boolean);
}

/**
 * One command that puts two line-ups and a ball on the board. @param {{sport: string, length_mm:
 * number, width_mm: number}} settings
 */
export function lineUps(settings) {
  const size = [settings.length_mm, settings.width_mm];
  const players = usualShapes(settings.sport).flatMap(({ slots }, i) =>
    slots.map((slot) => ({
      side: i === 0 ? "home" : "away",
      number: slot[0],
      role: slot[1],
      at: placeOf(slot, size, i === 0 ? 1 : -1, false),
    })),
  );
  return add([
    ...players.map((props) => ({ id: newId(), sort: "token", props })),
    { id: newId(), sort: "ball", props: { at: [0, 0] } },
  ]);
}
