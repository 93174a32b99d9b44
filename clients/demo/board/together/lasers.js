/**
 * The laser pointers of a board: one's own, told to the others while it is pressed, and theirs. It
 * leaves nothing on the board.
 */
import { colourOf } from "../../parts/people.js";
import { fresh, shadesOf, TOLD_MAX, withMessage, withPoint } from "./laser_trail.js";

/** The last points are told before it is said that there are no more. */
const LAST_WORD_MS = 300;
const REACH_MM = 200_000;

export class Lasers {
  #room;
  #me;
  #own = { trail: [], told: [], down: false };
  #ending = 0;
  /** @type {Map<number, {trail: any[], told: [number, number][], at: number, account: string}>} */
  #others = new Map();

  /** @param {{room: any, me: () => string}} parts */
  constructor({ room, me }) {
    this.#room = room;
    this.#me = me;
  }

  /** Points at a place. */
  point(at, now) {
    const place = at.map((value) => Math.max(-REACH_MM, Math.min(REACH_MM, Math.round(value))));
    clearTimeout(this.#ending);
    const { trail, told, down } = this.#own;
    const points = (down ? [...told, place] : [place]).slice(-TOLD_MAX);
    this.#own = { trail: withPoint(trail, place, now, !down), told: points, down: true };
    this.#room.presence("laser", { type: "laser", points });
  }

  /** The hand lets go; what was shown fades. */
  end() {
    if (!this.#own.down) return;
    this.#own = { ...this.#own, told: [], down: false };
    this.#ending = setTimeout(() => this.#room.presence("laser", null), LAST_WORD_MS);
  }

  /** One presence event of the room. */
  take({ connection, key, value, gone, all }, now) {
    if (all) {
      this.#others.clear();
      // What was pointed at before we came is over; what follows joins on to it.
      for (const [one, { account, values }] of this.#room.people)
        if (values.laser)
          this.#others.set(one, { trail: [], told: values.laser.points, at: now, account });
      return;
    }
    if (gone) this.#others.delete(connection);
    if (key !== "laser" || connection === this.#room.me?.connection) return;
    const before = this.#others.get(connection) ?? { trail: [], told: [], at: -Infinity };
    const points = value?.points ?? [];
    this.#others.set(connection, {
      trail: withMessage(before.trail, { before: before.told, points, since: before.at, now }),
      told: points,
      at: now,
      account: this.#room.people.get(connection)?.account ?? "",
    });
  }

  /** @returns {{key: any, colour: string, lines: any[], tip: [number, number]}[]} */
  shown(now) {
    const names = this.#room.membership?.names ?? {};
    const all = [
      { key: "own", account: this.#me(), trail: this.#own.trail },
      ...[...this.#others].map(([key, { account, trail }]) => ({ key, account, trail })),
    ];
    return all
      .map(({ key, account, trail }) => ({ key, account, trail: fresh(trail, now) }))
      .filter(({ trail }) => trail.length > 0)
      .map(({ key, account, trail }) => ({
        key,
        colour: colourOf(names, account),
        lines: shadesOf(trail, now),
        tip: trail.at(-1).at,
      }));
  }

  /** Whether the next frame looks different. */
  moving(now) {
    return [this.#own, ...this.#others.values()].some(({ trail }) => fresh(trail, now).length > 0);
  }
}
