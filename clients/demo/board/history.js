/**
 * The timeline: entries by HTTP, page by page, and those that arrive live; and looking at a version
 * of the past. Keeps the entries that it has seen; `rows` groups them by person and minute.
 */
import { api } from "../parts/identity.js";

const PAGE = 50;
const GROUP_MS = 60_000;

export class History {
  /** @type {Map<number, any>} version → entry */
  #entries = new Map();
  next = null;
  loaded = false;
  busy = false;
  problem = null;

  /** @param {{roomId: string, model: any, changed: () => void}} parts */
  constructor({ roomId, model, changed }) {
    this.roomId = roomId;
    this.model = model;
    this.changed = changed;
  }

  /** An entry as it was applied. */
  take(entry) {
    this.#entries.set(entry.v, entry);
  }

  /** The next older page; the first one when nothing was loaded yet. */
  async load() {
    if (this.busy || (this.loaded && this.next === null)) return;
    this.busy = true;
    this.problem = null;
    this.changed();
    try {
      const cursor = this.next ? `&cursor=${encodeURIComponent(this.next)}` : "";
      const page = await api("GET", `/rooms/${this.roomId}/history?limit=${PAGE}${cursor}`);
      for (const { version, at, by, events, refused } of page.entries)
        this.take({ v: version, at, by, events, refused });
      this.next = page.next ?? null;
      this.loaded = true;
    } catch (error) {
      this.problem = error;
    } finally {
      this.busy = false;
      this.changed();
    }
  }

  /** The board as it was at a version. @returns {Promise<any>} the kind's state */
  async at(version) {
    const view = await api("GET", `/rooms/${this.roomId}?version=${version}`);
    return this.model.initial(view.state.kind);
  }

  entry(version) {
    return this.#entries.get(version);
  }

  /**
   * Newest first; one row for what a person did within a minute. @returns {{key: number, by:
   * string, at: number, entries: any[]}[]}
   */
  rows() {
    const rows = [];
    const entries = [...this.#entries.values()]
      .filter((entry) => !entry.refused)
      .sort((a, b) => b.v - a.v);
    for (const entry of entries) {
      const row = rows.at(-1);
      const by = doer(entry);
      const joins =
        row &&
        row.by === by &&
        row.at - entry.at < GROUP_MS &&
        row.entries.at(-1).v === entry.v + 1;
      if (joins) row.entries.push(entry);
      else rows.push({ key: entry.v, by, at: entry.at, entries: [entry] });
    }
    return rows;
  }
}

/** Who did it: coming in, and going with the team, is recorded by the system, and done by them. */
export function doer(entry) {
  const [event] = entry.events ?? [];
  return entry.by || (event?.type?.startsWith("member.") ? event.member : "");
}
