/**
 * Where this page looks, when it is not one's own hand that says so: following a person or the
 * presenter, coming when somebody calls. One's own hand on the view always wins.
 */
import { glide, isFresh, lookOf, ownView, playsForAll, sameView, viewOf } from "./places.js";

const FRAME_MS = 16;
const CALL_SHOWN_MS = 10_000;

export class Follower {
  /** @type {Map<number, number>} connection to when it told its view */
  #told = new Map();
  /** @type {Map<string, number>} account to the last request of theirs that was heard */
  #heard = new Map();
  /** What the last step on the way showed: anything else is one's own hand. */
  #applied = null;
  #target = null;
  #frame = 0;
  #calls = 0;
  #shown = null;
  #presenter = null;
  #forAll = false;

  /**
   * @param {{room: any, ui: any, change: (part: any) => void, me: () => string, serverNow: () =>
   * number, now: () => number, still: () => boolean, tell: (text: string) => void, frame: (run: ()
   * => void) => number, later?: (run: () => void, ms: number) => any}} parts
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.later ??= (run, ms) => setTimeout(run, ms);
  }

  name(account) {
    return this.room.membership?.names?.[account] ?? "Somebody";
  }

  /** What an account shows, or null. */
  view(account) {
    return viewOf(this.room.people, account, this.#told);
  }

  /** What we show the others. */
  own() {
    return ownView(this.ui, this.now(), this.room.state);
  }

  // --- what happens in the room ---

  /** One presence event. */
  take({ connection, key, value, gone, all }) {
    const mine = this.room.me?.connection;
    if (all) {
      this.#told.clear();
      for (const [one, { values }] of this.room.people)
        if (one !== mine && values.gather) this.#hear(one, values.gather);
    } else if (gone) this.#told.delete(connection);
    else if (key === "view" && value) {
      this.#told.set(connection, this.now());
      if (this.room.people.get(connection)?.account === this.ui.following?.account)
        this.#target = null;
    } else if (key === "gather" && value && connection !== mine) this.#hear(connection, value);
    if (all || key === "view" || key === undefined) this.#aim();
  }

  /** The room's state is another: somebody may present or play for all now, or no more. */
  roomChanged() {
    const forAll = playsForAll(this.room.state);
    if (forAll !== this.#forAll) {
      this.#forAll = forAll;
      // The same view means something else now: it is told again, also to who follows.
      this.#shown = null;
      this.publish();
    }
    this.#presenterChanged();
  }

  #presenterChanged() {
    const presenter = this.room.state?.presenter ?? null;
    const { following } = this.ui;
    if (presenter === this.#presenter) return;
    const before = this.#presenter;
    this.#presenter = presenter;
    const me = this.me();
    if (presenter !== null && presenter !== me) {
      this.follow(presenter, `${this.name(presenter)} presents; you follow`);
    } else if (presenter === me) {
      this.#stop();
    } else if (before !== null && before !== me) {
      if (following?.account === before) this.#stop();
      this.tell(`${this.name(before)} stopped presenting`);
    }
    if (before === me && this.ui.bare) this.change({ bare: false });
  }

  #hear(connection, gather) {
    const { account } = this.room.people.get(connection) ?? {};
    const last = this.#heard.get(account) ?? -Infinity;
    if (!account || account === this.me() || gather.n <= last) return;
    this.#heard.set(account, gather.n);
    if (!isFresh(gather, this.serverNow())) return;
    const { ui } = this;
    const busy = ui.past || ui.drag || ui.draft || ui.box || ui.reshaping || ui.textAt !== null;
    this.tell(
      busy ? `${this.name(account)} asks everyone to come` : `${this.name(account)} brought everyone here`,
    );
    if (busy) this.#called({ account, gather, before: null });
    else this.#come(account, gather);
  }

  #come(account, gather) {
    const { look, phase = null, play = null, alone = false, following = null } = this.ui;
    const before = { look, phase, play, alone, following };
    const stays = following?.account === account || this.room.state?.presenter === account;
    this.change({ following: stays ? { account } : null });
    this.#called({ account, gather, before });
    this.#goTo(gather);
  }

  #called(called) {
    this.#calls += 1;
    const call = this.#calls;
    this.change({ called });
    this.later(() => {
      if (call === this.#calls && this.ui.called) this.change({ called: null });
    }, CALL_SHOWN_MS);
  }

  // --- what the person wants ---

  /** @param {string | null} account */
  follow(account, words = account ? `You follow ${this.name(account)}` : "You look around yourself") {
    if (account === this.me()) return;
    this.tell(words);
    this.#applied = null;
    this.#target = null;
    if (account === null) return void this.change({ following: null });
    // With them, whatever plays for all is watched with all; who looks alone is followed there.
    this.change({ following: { account }, called: null, alone: false });
    this.#aim();
  }

  goThere() {
    const { called } = this.ui;
    if (!called) return;
    this.#come(called.account, called.gather);
    this.change({ called: null });
  }

  goBack() {
    const { called } = this.ui;
    if (!called?.before) return;
    const { following, ...before } = called.before;
    this.#applied = null;
    this.#target = null;
    this.change({ called: null, following, ...before });
    this.#aim();
  }

  stay() {
    this.change({ called: null });
  }

  /** Something of the page changed: if it was the view, and not by us, it was one's own hand. */
  pageChanged() {
    const { ui } = this;
    if (this.#applied && !this.#asApplied()) {
      this.#applied = null;
      this.#target = null;
      if (ui.following) {
        this.tell(`You no longer follow ${this.name(ui.following.account)}`);
        this.change({ following: null });
      }
    }
    // A hand that was busy is free again.
    if (ui.following && !this.#busy()) this.#aim();
    this.publish();
  }

  /** Tells the others where we look: while we follow, the place that we are led to. */
  publish() {
    if (!this.room.ready) return;
    const led = this.ui.following && this.#target;
    const view = led ? { type: "view", ...this.#target } : this.own();
    if (this.#shown && sameView(view, this.#shown)) return;
    this.#shown = view;
    this.room.presence("view", view);
  }

  // --- the way there ---

  #busy() {
    const { drag, draft, box, reshaping, past } = this.ui;
    return Boolean(drag || draft || box || reshaping || past);
  }

  #stop() {
    this.#applied = null;
    this.#target = null;
    if (this.ui.following) this.change({ following: null });
  }

  /** Sets out for where the one who is followed looks. */
  #aim() {
    const account = this.ui.following?.account;
    if (!account || this.#busy()) return;
    const view = this.view(account);
    if (!view || (this.#target && sameTarget(view, this.#target))) return;
    this.#goTo(view);
  }

  #goTo({ at, zoom, phase = null, ms = null }) {
    this.#target = { at, zoom, phase, ms };
    const to = lookOf(this.#target);
    const there = this.still() || sameLook(this.ui.look, to);
    this.#show({ look: there ? to : { ...this.ui.look }, phase, ms });
    if (!there) this.#step(this.now(), to);
  }

  #step(before, to) {
    const frame = (this.#frame += 1);
    this.frame(() => {
      if (frame !== this.#frame || !this.#target || !this.#asApplied()) return;
      const now = this.now();
      const look = glide(this.ui.look, to, Math.max(FRAME_MS, now - before));
      this.#applied = { ...this.#applied, look };
      this.change({ look });
      if (look !== to) this.#step(now, to);
    });
  }

  #asApplied() {
    const { look, phase, play, alone } = this.ui;
    const applied = this.#applied;
    return (
      applied !== null &&
      look === applied.look &&
      this.#known(phase ?? null) === this.#known(applied.phase) &&
      (play ?? null) === applied.play &&
      (!this.#forAll || alone === applied.alone)
    );
  }

  /** A phase that is not there (any more) is the set-up. */
  #known(phase) {
    return phase !== null && this.room.state?.objects[phase]?.sort === "phase" ? phase : null;
  }

  /** Who plays for all is watched with all; who looks alone meanwhile tells a phase or a moment. */
  #show({ look, phase, ms }) {
    const known = this.#known(phase);
    const alone = this.#forAll && (phase !== null || ms !== null);
    const play =
      ms === null ? null : { at: ms, since: this.now(), playing: false, speed: 100, loop: false };
    this.#applied = { look, phase: known, play, alone };
    this.change({ look, phase: known, play, alone });
  }
}

function sameTarget({ at, zoom, phase = null, ms = null }, target) {
  return (
    String(at) === String(target.at) &&
    zoom === target.zoom &&
    phase === target.phase &&
    ms === target.ms
  );
}

function sameLook(a, b) {
  return a.zoom === b.zoom && String(a.centre) === String(b.centre);
}
