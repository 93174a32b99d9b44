/**
 * What is in a library as a list shows it: cards, which of them fit what is asked, in which order;
 * the same questions as the server answers (SPEC LB45, LB46). Pure.
 *
 * @typedef {object} Card
 * @property {string} id
 * @property {"formation" | "board" | "set_piece" | "drill"} sort
 * @property {string} name
 * @property {string[]} tags
 * @property {string | null} folder
 * @property {string | null} sport
 * @property {number | null} players
 * @property {string} notes
 * @property {boolean} archived
 * @property {number} at log time of its latest change, ms
 * @property {string | null} content JSON in a text; null: it has not been read yet
 * @property {number} views @property {number} opens
 * @property {boolean} waiting whether something of it is on its way
 *
 * @typedef {{text: string, tag: string | null, sort: string | null, sport: string | null, folder:
 *   string | null, archived: boolean, order: "name" | "updated" | "views" | "opens"}} Wanted
 */
import { isPending } from "/js/kinds/library.js";

/** @returns {Wanted} */
export const everything = () => ({
  ...{ text: "", tag: null, sort: null, sport: null, folder: null },
  archived: false,
  order: "name",
});

/** Cards of a library that one follows. @param {any} state @param {Record<string, any>} counts */
export function cardsOf(state, counts) {
  return Object.entries(state.items).map(([id, { sort, at, props, v }]) => ({
    ...{ id, sort, at },
    ...values(props),
    content: props.content,
    views: counts[id]?.views ?? 0,
    opens: counts[id]?.opens ?? 0,
    waiting: Object.values(v).some(isPending),
  }));
}

/** The card of what HTTP answers. @param {any} item @param {string | null} [content] */
export function cardOfAnswer(item, content = null) {
  const { id, sort, updated_at, views, opens } = item;
  return { ...{ id, sort, views, opens, content }, at: updated_at, ...values(item), waiting: false };
}

/** The formations that come with the pages too, so that they need no connection. */
export function cardOfShape({ id, sport, use, name, slots }) {
  const places = slots.map(([number, role, x, y]) => ({ x, y, number, role }));
  return {
    ...{ id, sport, name, sort: "formation", at: 0, folder: null, notes: "", archived: false },
    tags: use === "team" ? ["full"] : ["full", use],
    players: slots.length,
    content: JSON.stringify({ slots: places }),
    ...{ views: 0, opens: 0, waiting: false },
  };
}

/** What the server lists as built in, with the content that this device has of it. */
export function withShapes(cards, shapes) {
  const key = ({ sport, name, tags }) => `${sport}|${name}|${tags.join()}`;
  const known = new Map(shapes.map(cardOfShape).map((card) => [key(card), card.content]));
  return cards.map((card) => ({ ...card, content: card.content ?? known.get(key(card)) ?? null }));
}

function values(props) {
  return {
    name: props.name,
    tags: props.tags ?? [],
    folder: props.folder ?? null,
    sport: props.sport ?? null,
    players: props.players ?? null,
    notes: props.notes ?? "",
    archived: props.archived ?? false,
  };
}

/** @param {Card} card @param {Wanted} wanted */
export function fits(card, { text, tag, sort, sport, folder, archived }) {
  if (card.archived !== archived) return false;
  if (sort !== null && card.sort !== sort) return false;
  if (sport !== null && card.sport !== sport) return false;
  if (tag !== null && !card.tags.includes(tag)) return false;
  if (folder !== null && !`${card.folder ?? ""}/`.startsWith(`${folder}/`)) return false;
  const said = [card.name, card.notes, card.folder ?? "", ...card.tags].join(" ").toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/u)
    .every((word) => said.includes(word));
}

/** @param {Card[]} cards @param {Wanted} wanted */
export function found(cards, wanted) {
  return cards.filter((card) => fits(card, wanted)).sort(orderOf(wanted.order));
}

function orderOf(order) {
  const number = { updated: "at", views: "views", opens: "opens" }[order];
  const byId = (a, b) => (a.id < b.id ? -1 : 1);
  if (!number)
    return (a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }) || byId(a, b);
  return (a, b) => b[number] - a[number] || byId(a, b);
}

/** Folders with how much is in each and below it; those on the way to it too. @param {Card[]} cards */
export function foldersOf(cards) {
  const counts = new Map();
  for (const { folder } of cards) {
    const parts = folder?.split("/") ?? [];
    parts.forEach((_, i) => {
      const path = parts.slice(0, i + 1).join("/");
      counts.set(path, (counts.get(path) ?? 0) + 1);
    });
  }
  return [...counts]
    .map(([path, count]) => ({ path, count }))
    .sort((a, b) => a.path.localeCompare(b.path));
}

/** What can be chosen among the cards: the most used tags first, sports, kinds. @param {Card[]} cards */
export function choicesIn(cards) {
  const tags = new Map();
  for (const card of cards)
    for (const tag of card.tags) tags.set(tag, (tags.get(tag) ?? 0) + 1);
  const has = (name) => [...new Set(cards.map((card) => card[name]))].filter(Boolean);
  return {
    tags: [...tags].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([tag]) => tag),
    sports: has("sport"),
    sorts: has("sort"),
  };
}

/** Tags as somebody types them: `press, corners` → two, clean, each once. */
export function tagsOf(text) {
  const tags = text.split(",").map((tag) => tag.trim().toLowerCase().slice(0, 32));
  return [...new Set(tags)].filter(Boolean).slice(0, 12);
}

/** A folder as somebody types it: no empty names, three at most; null: none. */
export function folderOf(text) {
  const names = text.split("/").map((name) => name.trim().slice(0, 40));
  return names.filter(Boolean).slice(0, 3).join("/") || null;
}
