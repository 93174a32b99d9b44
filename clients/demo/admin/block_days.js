/** For how long somebody is kept out. Pure. */

const DAY_MS = 86_400_000;
export const DAYS = [
  ["1", "A day"],
  ["7", "A week"],
  ["30", "30 days"],
  ["0", "Until it is lifted"],
];

/** When a block of so many days ends; null: when it is lifted. */
export function endOf(days, now) {
  return Number(days) > 0 ? now + Number(days) * DAY_MS : null;
}
