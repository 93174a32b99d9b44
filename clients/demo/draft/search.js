/**
 * Finding players: by name as one types (any order of words, accents or not, initials, letters
 * wrong), position, team, tier, bye. What is compared is prepared once for a pool, so that 5,000
 * players answer within a keystroke. Pure; finds whom server/drafts/search.py finds.
 */
import { heldIn, playersOf } from "./reading.js";
import { likeWords, vocabulary } from "./typing.js";

export const everybody = () => ({
  ...{ text: "", position: "", team: "", tier: "", bye: "" },
  ...{ free: true, order: "rank", only: "" },
});

const prepared = new WeakMap();

/** Lower case, without accents and marks: “Peña-O'Neal Jr.” is “pena oneal jr”. */
export function plainText(text) {
  return text
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[ßøłđ]/gu, (letter) => ({ ß: "ss", ø: "o", ł: "l", đ: "d" })[letter])
    .replaceAll(/['’.]/gu, "")
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

function preparedFor(players) {
  let rows = prepared.get(players);
  if (rows === undefined) {
    const named = players.map((player) => {
      const words = plainText(player.name).split(" ");
      return { player, words, initials: words.map((word) => word[0] ?? "").join("") };
    });
    rows = { rows: named, known: vocabulary(named.flatMap(({ words }) => words)) };
    prepared.set(players, rows);
  }
  return rows;
}

/** Whether every word begins a word of the name, or all together are initials: “pm”, “p mah”. */
function named({ words, initials }, asked, together) {
  return (
    asked.every((one) => words.some((word) => word.startsWith(one))) ||
    (together.length > 1 && initials.startsWith(together))
  );
}

const ORDERS = {
  rank: null,
  adp: (a, b) => (a.adp ?? 1e9) - (b.adp ?? 1e9),
  points: (a, b) => (b.points ?? -1e9) - (a.points ?? -1e9),
  value: (a, b) => (b.value ?? -1) - (a.value ?? -1),
  name: (a, b) => a.name.localeCompare(b.name),
  bye: (a, b) => (a.bye ?? 99) - (b.bye ?? 99),
};

/**
 * The players that are asked for, in order, those whose name was typed right first; `only` is a
 * list of ids, in its own order.
 * @param {any} state @param {ReturnType<typeof everybody>} wanted @param {Record<string, string[]>} lists
 * @returns {import("./reading.js").Player[]}
 */
export function found(state, wanted, lists = {}) {
  const held = heldIn(state);
  const text = plainText(wanted.text);
  const asked = text ? text.split(" ") : [];
  const together = text.replaceAll(" ", "");
  const list = wanted.only ? new Set(lists[wanted.only] ?? []) : null;
  const flexible = wanted.position ? wanted.position.split("/") : null;
  const { rows, known } = preparedFor(playersOf(state));
  const fitting = rows.filter(
    ({ player }) =>
      (!wanted.free || !held.has(player.id)) &&
      (!list || list.has(player.id)) &&
      (!flexible || player.positions.some((one) => flexible.includes(one))) &&
      (!wanted.team || player.team === wanted.team) &&
      (!wanted.tier || player.tier === Number(wanted.tier)) &&
      (!wanted.bye || player.bye === Number(wanted.bye)),
  );
  const inOrder = (some) => ordered(some.map(({ player }) => player), wanted.order, list);
  if (asked.length === 0) return inOrder(fitting);
  const exact = fitting.filter((row) => named(row, asked, together));
  const right = new Set(exact);
  const likes = asked.map((one) => likeWords(known, one));
  const mistyped = fitting.filter(
    (row) => !right.has(row) && likes.every((like) => row.words.some((word) => like.has(word))),
  );
  return [...inOrder(exact), ...inOrder(mistyped)];
}

/** @param {any[]} players @param {string} by @param {Set<string> | null} list has an order of its own */
function ordered(players, by, list) {
  const order = ORDERS[by];
  if (order) return players.sort(order);
  if (!list) return players;
  const places = new Map([...list].map((id, place) => [id, place]));
  return players.sort((a, b) => places.get(a.id) - places.get(b.id));
}

/** What there is to ask for: tabs of positions (flexible places among them), teams, tiers, byes. */
export function choicesOf(state, slots) {
  const players = playersOf(state);
  const distinct = (read) => [...new Set(players.flatMap(read))].filter(Boolean);
  const positions = distinct(({ positions }) => positions);
  const flexible = slots
    .filter(({ positions = [], bench }) => !bench && positions.length > 1)
    .map(({ name, positions }) => [positions.join("/"), name]);
  const tabs = [...positions.map((one) => [one, one]), ...flexible];
  return {
    tabs: [...new Map(tabs).entries()],
    teams: distinct(({ team }) => team).sort(),
    tiers: distinct(({ tier }) => tier ?? []).sort((a, b) => a - b),
    byes: distinct(({ bye }) => bye ?? []).sort((a, b) => a - b),
  };
}
