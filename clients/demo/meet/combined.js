/** Combined events as they are usually held: which parts, in which order, with which heights. */

const race = (discipline, name, metres, wind = false) => ({ discipline, name, sort: "track", metres, ...(wind ? { wind } : {}) });
const field = (discipline, name, wind = false) => ({ discipline, name, sort: "distance", attempts: 3, ...(wind ? { wind } : {}) });
const steps = (from, to, by) => Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, i) => from + i * by);
const high = (from, to) => ({ discipline: "HJ", name: "High jump", sort: "height", heights: steps(from, to, 30) });
const vault = { discipline: "PV", name: "Pole vault", sort: "height", heights: steps(2_400, 5_600, 100) };
const LONG = field("LJ", "Long jump", true);
const SHOT = field("SP", "Shot put");
const DISCUS = field("DT", "Discus throw");
const JAVELIN = field("JT", "Javelin throw");

export const COMBINED = {
  decathlon: {
    name: "Decathlon",
    table: "men",
    parts: [race("100", "100 m", 100, true), LONG, SHOT, high(1_600, 2_260), race("400", "400 m", 400), race("110H", "110 m hurdles", 110, true), DISCUS, vault, JAVELIN, race("1500", "1500 m", 1_500)],
  },
  heptathlon: {
    name: "Heptathlon",
    table: "women",
    parts: [race("100H", "100 m hurdles", 100, true), high(1_410, 2_040), SHOT, race("200", "200 m", 200, true), LONG, JAVELIN, race("800", "800 m", 800)],
  },
  pentathlon: {
    name: "Pentathlon indoors",
    table: "women",
    parts: [race("60H", "60 m hurdles", 60), high(1_410, 2_040), SHOT, { ...LONG, wind: false }, race("800", "800 m", 800)],
  },
};

/** The events of one, its parts before itself. @param {string} kind @param {string} id @param {string} name @param {string} [starts] */
export function eventsOf(kind, id, name, starts) {
  const { table, parts } = COMBINED[kind];
  const made = parts.map(({ discipline, ...one }, i) => ({ discipline, event: { ...one, id: `${id}-${i + 1}-${discipline}`.slice(-40), name: `${name}: ${one.name}` } }));
  const whole = { id, name, sort: "combined", table, ...(starts ? { starts } : {}), parts: made.map(({ discipline, event }) => ({ event: event.id, discipline })) };
  return [...made.map(({ event }) => event), whole];
}
