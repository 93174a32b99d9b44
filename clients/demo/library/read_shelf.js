/**
 * A library that is read over HTTP: one that is public, or the one that comes with Touchline, which
 * this device has a copy of. A content is fetched when its item is looked at, which counts as a view.
 */
import { api } from "../parts/identity.js";
import { knownLibraries } from "../parts/known_libraries.js";
import { cardOfAnswer, cardOfShape, withShapes } from "./catalogue.js";
import { BUILT_IN } from "./reach.js";

const PAGES_MAX = 10;

export class ReadShelf {
  /** @type {import("./catalogue.js").Card[]} */
  cards = [];
  ready = false;
  /** @type {string | null} why it cannot be shown */
  end = null;
  /** Whether what shows is this device's copy. */
  copy = false;
  /** When the server was asked, ms. */
  at = 0;
  #contents = new Map();
  #changed;

  /** @param {string} id @param {() => void} changed */
  constructor(id, changed) {
    this.id = id;
    this.#changed = changed;
  }

  get name() {
    if (this.id === BUILT_IN) return "Formations";
    return knownLibraries().find(({ id }) => id === this.id)?.name ?? "Library";
  }

  get reach() {
    return this.id === BUILT_IN ? "built-in" : "public";
  }

  async load() {
    try {
      const items = await allItems(this.id);
      const cards = items.map((item) => cardOfAnswer(item, this.#contents.get(item.id) ?? null));
      this.cards = this.id === BUILT_IN ? withShapes(cards, await shapes()) : cards;
      Object.assign(this, { copy: false, end: null, at: Date.now() });
    } catch (error) {
      await this.#without(error);
    }
    this.ready = true;
    this.#changed();
  }

  /** The item with what it holds; counts as a view. */
  async look(id) {
    if (this.copy) return;
    const item = await api("GET", `/libraries/${this.id}/items/${id}`);
    const content = JSON.stringify(item.content);
    this.#contents.set(id, content);
    this.cards = this.cards.map((card) => (card.id === id ? cardOfAnswer(item, content) : card));
    this.#changed();
  }

  async #without(error) {
    if (this.ready && error.status !== 404) return; // what is there stays
    if (this.id === BUILT_IN && error.status === 0) {
      this.cards = (await shapes()).map(cardOfShape);
      this.copy = true;
    } else this.end = { 0: "unreachable", 401: "signed-out", 404: "not-found" }[error.status] ?? "failed";
  }
}

async function shapes() {
  return (await import("/js/kinds/formation_table.js")).SHAPES;
}

/** How often every item was looked at and opened, by id. */
export async function loadCounts(library) {
  const items = await allItems(library);
  return Object.fromEntries(items.map(({ id, views, opens }) => [id, { views, opens }]));
}

async function allItems(library) {
  const items = [];
  for (const archived of [false, true]) {
    let cursor = null;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
      const path = `/libraries/${library}/items?limit=100&archived=${archived}${after}`;
      const answer = await api("GET", path);
      items.push(...answer.items);
      cursor = answer.next;
      if (cursor === null) break;
    }
  }
  return items;
}
