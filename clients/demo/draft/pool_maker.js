/**
 * Players who never were, for a draft that is tried out: for the roster's own positions, ranked, with
 * tiers and values. Pure.
 */
const GIVEN = ["Ade", "Bo", "Cal", "Dex", "Eli", "Finn", "Gus", "Hal", "Ivo", "Jett", "Kai", "Lou"];
const FAMILY = [
  ..."Abara Bellweather Castellan Dunmore Eastlake Farrow Gallant Hollis Ironwood Jansky Kestrel Lowry".split(" "),
  ..."Marlowe Northcott Okada Pemberton Quill Rainer Saltmarsh Thorne Underhill Vantage Weller".split(" "),
];
const TEAMS = ["ARB", "BAY", "CVE", "DUN", "ELM", "FJD", "GLN", "HBR", "ISL", "JET", "KNL", "LCH"];
/** Positions by rank, over and over: the mix that a season has. */
const MIX = ["RB", "WR", "RB", "WR", "QB", "TE", "WR", "RB", "WR", "RB", "QB", "WR", "K", "DEF", "TE"];
const TIER = 24;

/** Positions of a roster, each as often as it has places, in turn. */
function mixOf(slots) {
  const own = slots.filter(({ bench, positions = [] }) => !bench && positions.length > 0);
  const names = new Set(own.flatMap(({ positions }) => positions));
  if (MIX.every((one) => names.has(one)) && names.size === new Set(MIX).size) return MIX;
  const singles = own.filter(({ positions }) => positions.length === 1);
  const mix = singles.flatMap(({ positions, count = 1 }) => Array.from({ length: count }, () => positions[0]));
  const rest = [...names].filter((one) => !mix.includes(one));
  return mix.length + rest.length ? [...mix, ...rest] : MIX;
}

/** Rows as `pool.add` takes them. @param {any[]} slots of the settings @param {number} count */
export function madeUp(slots, count) {
  const mix = mixOf(slots);
  return Array.from({ length: count }, (_, place) => [
    `synthetic-${place + 1}`,
    `${GIVEN[place % GIVEN.length]} ${FAMILY[place % FAMILY.length]}`,
    [mix[place % mix.length]],
    TEAMS[(place * 7) % TEAMS.length],
    place + 1,
    (place + 1) * 10,
    Math.max(1, Math.round(62 * 0.975 ** place)),
    5 + (place % 10),
    "",
    Math.min(100, 1 + Math.floor(place / TIER)),
  ]);
}
