/** A clock that moves when a test says so. Nothing here waits for real time. */

export class ManualClock {
  constructor() {
    this.wall = 1_760_000_000_000;
    this.mono = 1_000;
    this.chance = 0.5;
    this.timers = new Map();
    this.next = 1;
    this.now = () => this.wall;
    this.monotonic = () => this.mono;
    this.random = () => this.chance;
    this.after = (ms, act) => {
      const id = this.next;
      this.next += 1;
      this.timers.set(id, { at: this.mono + Math.max(0, ms), id, act });
      return () => void this.timers.delete(id);
    };
  }

  /** Lets time pass, running what becomes due in its order, with all that follows from it. */
  async advance(ms) {
    const until = this.mono + ms;
    await settle();
    for (;;) {
      const due = [...this.timers.values()].filter(({ at }) => at <= until);
      if (due.length === 0) break;
      const first = due.reduce((a, b) => (b.at < a.at || (b.at === a.at && b.id < a.id) ? b : a));
      this.timers.delete(first.id);
      this.#to(Math.max(this.mono, first.at));
      first.act();
      await settle();
    }
    this.#to(until);
    await settle();
  }

  /** The machine sleeps: time passes, and only then timers run, late. */
  async sleep(ms) {
    this.#to(this.mono + ms);
    await this.advance(0);
  }

  #to(mono) {
    this.wall += mono - this.mono;
    this.mono = mono;
  }
}

/** Everything that follows without time passing. */
export async function settle() {
  for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
}
