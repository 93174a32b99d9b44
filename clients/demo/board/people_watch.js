/**
 * What the others point at, hold, drag and select, from the room's presence. Keeps only what must
 * be remembered between two messages: samples of drags (for gliding) and when a hold was last
 * renewed.
 */
import { colourOf } from "../parts/people.js";

const HOLD_LEASE_MS = 5_000;

export class PeopleWatch {
  #room;
  #phase;
  #placeOf;
  #motion;
  /** @type {Map<number, Set<string>>} connection → ids it drags */
  #dragged = new Map();
  /** @type {Map<number, number>} connection → when it last renewed its hold */
  #renewed = new Map();

  /**
   * @param {any} room @param {any} motion @param {{phase?: () => string | null, placeOf?: (id: string)
   * => any}} here the phase that is worked on here, and where things are in it
   */
  constructor(room, motion, { phase = () => null, placeOf } = {}) {
    this.#room = room;
    this.#motion = motion;
    this.#phase = phase;
    this.#placeOf = placeOf ?? ((id) => room.state?.objects[id]?.props.at);
  }

  /**
   * Takes one presence event of the room. @param {{connection?: number, key?: string, value?: any,
   * gone?: boolean, all?: boolean}} event
   */
  take({ connection, key, value, gone, all }, now) {
    if (all) {
      for (const ids of this.#dragged.values()) for (const id of ids) this.#motion.release(id, now);
      this.#dragged.clear();
      for (const [one, person] of this.#room.people) {
        if (person.values.drag) this.#drag(one, person.values.drag, now);
        if (person.values.hold) this.#renewed.set(one, now);
      }
      return;
    }
    if (connection === this.#me()) return;
    if (gone) {
      this.#drag(connection, null, now);
      this.#renewed.delete(connection);
    } else if (key === "drag") {
      this.#drag(connection, value, now);
    } else if (key === "hold") {
      this.#renewed.set(connection, now);
    }
  }

  #drag(connection, value, now) {
    if (connection === this.#me()) return;
    const before = this.#dragged.get(connection) ?? new Set();
    const ids = new Set();
    // What is moved in another phase stands still here.
    const here = (value?.phase ?? null) === this.#phase();
    for (const [id, x, y] of here ? (value?.objects ?? []) : []) {
      const rest = this.#placeOf(id);
      if (!rest) continue;
      ids.add(id);
      this.#motion.sample(id, [x, y], rest, now);
    }
    for (const id of before) if (!ids.has(id)) this.#motion.release(id, now);
    if (ids.size > 0) this.#dragged.set(connection, ids);
    else this.#dragged.delete(connection);
  }

  #me() {
    return this.#room.me?.connection;
  }

  *#others() {
    for (const [connection, person] of this.#room.people) {
      if (connection === this.#me() || !person.account) continue;
      const names = this.#room.membership?.names ?? {};
      yield {
        connection,
        values: person.values,
        name: names[person.account] ?? person.name,
        colour: colourOf(names, person.account),
      };
    }
  }

  /** Who has what in hand. @returns {Map<string, {name: string, colour: string}>} */
  holders(now) {
    const holders = new Map();
    for (const { connection, values, name, colour } of this.#others()) {
      const fresh = now - (this.#renewed.get(connection) ?? -Infinity) < HOLD_LEASE_MS;
      const held = fresh ? (values.hold?.ids ?? []) : [];
      for (const id of [...held, ...(this.#dragged.get(connection) ?? [])])
        holders.set(id, { name, colour });
    }
    return holders;
  }

  /** @returns {{key: number, at: [number, number], name: string, colour: string}[]} */
  cursors() {
    return (
      [...this.#others()]
        .filter(({ values }) => values.cursor)
        // Whoever drags is named on what they drag.
        .map(({ connection, values, name, colour }) => ({
          key: connection,
          at: values.cursor.at,
          name: this.#dragged.has(connection) ? "" : name,
          colour,
        }))
    );
  }

  /** @returns {Map<string, string>} object to the colour of somebody who has selected it */
  selections() {
    const selected = new Map();
    for (const { values, colour } of this.#others())
      for (const id of values.select?.ids ?? []) selected.set(id, colour);
    return selected;
  }
}
