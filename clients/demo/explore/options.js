/** What can be picked in the form: asked of the server one after another, so that answers are not kept waiting. */
import { api } from "../parts/identity.js";

const MOST = 500;
/** Of so many plays everybody who played is listed; of more, those of a season, a team or a game. */
const FEW_PLAYS = 50_000;
const LISTS = { seasons: "season", offences: "offence", weeks: "week", formations: "formation", personnel: "personnel" };
const NARROWING = ["seasons", "teams", "offences", "defences", "feeds"];

const byName = (one, other) => String(one).localeCompare(String(other), "en", { numeric: true });

/** @param {(part: any) => void} change @param {() => any} ui */
export async function loadOptions(change, ui) {
  for (const [name, by] of Object.entries(LISTS)) {
    const { sums } = await api("POST", "/plays/ask", { by: [by], limit: MOST });
    const values = sums.map((sum) => sum.by[by]).filter((value) => value !== "").sort(byName);
    if (name === "seasons") {
      values.reverse();
      change({ everything: sums.reduce((count, { plays }) => count + plays, 0) });
    }
    change({ options: { ...ui().options, [name]: values } });
  }
}

/** Which players a question can be about, and what they are called. @returns {any} the question that lists them; null: too many */
export function playersRequest({ where }, everything) {
  const narrowed = Object.fromEntries(NARROWING.filter((name) => where[name]).map((name) => [name, where[name]]));
  if (Object.keys(narrowed).length === 0 && (everything === null || everything > FEW_PLAYS)) return null;
  return { where: narrowed, by: ["player"], limit: MOST };
}

/** @param {any[]} sums by player @param {Record<string, string>} people those known before */
export function playersOf(sums, people) {
  const known = { ...people };
  for (const sum of sums) known[sum.by.player] = sum.team ? `${sum.name || sum.by.player} ${sum.team}` : sum.name || sum.by.player;
  const players = sums.map((sum) => sum.by.player).sort((one, other) => byName(known[one], known[other]));
  return { people: known, players };
}

/** Games of which one is a member, and that of the demo. */
export async function loadGames() {
  const games = /** @type {Record<string, {name: string, path: string}>} */ ({});
  const { rooms } = await api("GET", "/rooms?limit=100");
  for (const { id, name, kind } of rooms) if (kind === "feed") games[id] = { name, path: `/feed.html#room=${id}` };
  const answer = await fetch("/config.json", { cache: "no-store" });
  const { game } = answer.ok ? await answer.json() : { game: null };
  const room = new URLSearchParams(game?.path.split("#")[1] ?? "").get("room");
  if (room && !games[room]) games[room] = { name: game.name, path: game.path };
  return games;
}
