/**
 * Boards of the past, by version: fetched once, moved on by entries that are known, kept for a
 * while. While one is on its way only the newest wish waits, so that a slider never queues.
 *
 * @typedef {{version: number, state: any}} Kept
 */

const KEPT = 48;
/** Entries that are applied here instead of asking the server. */
const NEAR = 200;
/** Events of the room, which say nothing of the pitch. */
const OF_ROOM = /^(room|member|invitation|chat)\./u;

export class TimeMachine {
  /** @type {Map<number, any>} version to state, the latest used last */
  #kept = new Map();
  #busy = false;
  /** @type {{version: number, tell: (part: any) => void} | null} */
  #next = null;
  /** @type {Map<number, any>} versions with pictures to their states; null: not (yet) come */
  #pictures = new Map();
  #painting = Promise.resolve();

  /**
   * @param {{fetch: (version: number) => Promise<any>, entry: (version: number) => any, model: any,
   * changed: () => void}} parts
   */
  constructor({ fetch, entry, model, changed }) {
    this.fetch = fetch;
    this.entry = entry;
    this.model = model;
    this.changed = changed;
  }

  /** The state at a version, if it can be told at once; else null. */
  known(version) {
    const found = this.#kept.get(version);
    if (found) return this.#keep(version, found);
    for (let from = version - 1; from > 0 && version - from <= NEAR; from -= 1) {
      if (!this.entry(from + 1)) return null;
      const base = this.#kept.get(from);
      if (base) return this.#keep(version, this.#forward(base, from, version));
    }
    return null;
  }

  /** The state at a version. Rejects as the request does. */
  async at(version) {
    return this.known(version) ?? this.#keep(version, await this.fetch(version));
  }

  /**
   * Tells the state at a version, or the problem; at once where it is known. A wish that is overtaken
   * by a later one is never told. @param {(part: {state?: any, problem?: string}) => void} tell
   */
  show(version, tell) {
    const state = this.known(version);
    if (state) {
      this.#next = null;
      return tell({ state });
    }
    this.#next = { version, tell };
    return this.#work();
  }

  /** The state at a version for its picture; fetched, one after the other, when first asked for. */
  picture(version) {
    if (this.#pictures.has(version)) return this.#pictures.get(version);
    this.#pictures.set(version, null);
    this.#painting = this.#painting.then(async () => {
      try {
        this.#pictures.set(version, await this.at(version));
        this.changed();
      } catch {
        // the list shows without it; `tryAgain` asks once more
      }
    });
    return null;
  }

  /** Pictures that did not come may be asked for anew. */
  tryAgain() {
    for (const [version, state] of this.#pictures) if (!state) this.#pictures.delete(version);
  }

  async #work() {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#next) {
      const wish = this.#next;
      let part;
      try {
        part = { state: await this.at(wish.version) };
      } catch (error) {
        part = { problem: error.message };
      }
      if (this.#next !== wish) continue;
      this.#next = null;
      wish.tell(part);
    }
    this.#busy = false;
  }

  #forward(base, from, to) {
    let state = base;
    for (let version = from + 1; version <= to; version += 1) {
      const { by, at, events } = this.entry(version);
      for (const event of events ?? [])
        if (!OF_ROOM.test(event.type))
          state = this.model.applyEvent(state, event, { version, by, at });
    }
    return state;
  }

  #keep(version, state) {
    this.#kept.delete(version);
    this.#kept.set(version, state);
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value);
    return state;
  }
}
