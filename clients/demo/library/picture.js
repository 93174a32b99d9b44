/**
 * What an item looks like: the places of a formation on its pitch, or a board as its document has
 * it; drawn by the same code as boards and their history. Pure.
 */
import { timelineOf } from "/js/kinds/board_timeline.js";
import { objectsAt } from "../board/exchange/moments.js";
import { pictureSize, pictureView } from "../board/exchange/picture.js";
import { thumbnail } from "../board/history/thumbnail.js";
import { dimensionsOf } from "../board/pitch.js";
import { h } from "../parts/view.js";

const KEPT_MAX = 600;
/** Content → picture, so that a list is not drawn anew where nothing of it changed. */
const kept = new Map();

/**
 * A board's settings and objects for what an item holds; null: it cannot be read.
 * @param {{sort: string, sport: string | null, content: string}} item
 */
export function pictured({ sort, sport, content }) {
  const key = `${sort} ${sport} ${content}`;
  if (!kept.has(key)) {
    if (kept.size >= KEPT_MAX) kept.delete(kept.keys().next().value);
    kept.set(key, read(sort, sport, content));
  }
  return kept.get(key);
}

function read(sort, sport, content) {
  try {
    const read = JSON.parse(content);
    if (sort === "formation") return formation(read.slots, sport);
    const objects = read.objects.map(({ id, sort: one, props }) => [id, { sort: one, props }]);
    return { settings: read.settings, objects: Object.fromEntries(objects) };
  } catch {
    return null;
  }
}

/** As the server makes a board of it (SPEC LB64). */
function formation(slots, sport) {
  const settings = { sport: sport ?? "soccer" };
  const { length, width } = dimensionsOf(settings);
  const half = (thousandths, whole) => Math.floor((thousandths * Math.floor(whole / 2)) / 1_000);
  const tokens = slots.map(({ x, y, number = null, role = null }, i) => [
    `o_slot${i}`,
    { sort: "token", props: { at: [half(x, length), half(y, width)], number, role, side: "home" } },
  ]);
  return { settings: { ...settings, length_mm: length, width_mm: width }, objects: Object.fromEntries(tokens) };
}

/** The picture on a card: the bare pitch where the content is not known. */
export function cardPicture(card) {
  const state = card.content === null ? bare(card.sport) : pictured(card);
  return state ? thumbnail(state) : h("span", { class: "thumb", "aria-hidden": "true" });
}

const bares = new Map();
function bare(sport) {
  const settings = { sport: sport ?? "soccer" };
  if (!bares.has(settings.sport)) bares.set(settings.sport, { settings, objects: {} });
  return bares.get(settings.sport);
}

/** The picture of one item alone, as on paper: what one sees when it begins. */
export function largePicture(card) {
  const state = card.content === null ? null : pictured(card);
  if (!state) return h("div", { class: "large", key: "picture" }, cardPicture({ ...card, content: null }));
  const objects = objectsAt(state.objects, timelineOf(state.objects), 0);
  const size = /** @type {[number, number]} */ (pictureSize(state.settings, 640));
  return h(
    "div",
    { class: "large", key: "picture" },
    pictureView({ settings: state.settings, objects, size, title: `Picture of ${card.name}` }),
  );
}

/** How much there is in it, in words: "11 places", "22 players, 3 phases". */
export function contentWords(card) {
  const state = card.content === null ? null : pictured(card);
  if (!state) return card.players ? `${card.players} a side` : "";
  const count = (sort) => Object.values(state.objects).filter((one) => one.sort === sort).length;
  const many = (n, one) => (n === 0 ? null : n === 1 ? `1 ${one}` : `${n} ${one}s`);
  if (card.sort === "formation") return many(count("token"), "place") ?? "";
  const marks = ["line", "arrow", "zone", "text", "link", "measure"].map(count);
  return [
    many(count("token"), "player"),
    many(marks.reduce((a, b) => a + b, 0), "mark"),
    many(count("phase"), "phase"),
  ]
    .filter(Boolean)
    .join(", ");
}
