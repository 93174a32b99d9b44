/**
 * What people do together on a board beside changing it: pointing, following, calling, presenting,
 * commenting. Wiring of this folder; loaded once the board is open (open_board.js), because the
 * pitch does not wait for it.
 */
import { commentsView } from "./comments_view.js";
import { Follower } from "./follower.js";
import { hereView, peopleIn } from "./here_view.js";
import { Lasers } from "./lasers.js";
import { overView, topButtons } from "./over_view.js";
import { laserView, pinsView } from "./scene_view.js";
import { makePresses } from "./presses.js";
import { makeTogetherActs } from "./together_acts.js";
import { heardWords } from "./heard.js";
import { phaseOfView, whoIsWhere } from "./places.js";
import { newSince, pinsOf } from "./threads.js";

const PLAYHEAD_MS = 250;
const KEYS_REST_MS = 700;
const NEAR_MM = 2_000;

export class Together {
  /**
   * @param {{room: any, touchline: any, ui: any, change: (part: any) => void, controller: any, who:
   * () => any, announcer: any, draw: () => void, stageOf: () => any, acts: any, still: () =>
   * boolean}} parts
   */
  constructor(parts) {
    Object.assign(this, parts);
    const { room, touchline, ui, change, controller, who, announcer } = this;
    const now = () => performance.now();
    const serverNow = () => touchline.serverNow();
    const me = () => who().me;
    this.seen = room.version;
    /** Of a connection, the phase that it told last. */
    this.phases = new Map();
    this.lasers = new Lasers({ room, me });
    this.follower = new Follower({
      ...{ room, ui, change, me, serverNow, now, still: this.still },
      tell: (text) => announcer.say(text),
      frame: (run) => requestAnimationFrame(run),
    });
    Object.assign(
      this.acts,
      makeTogetherActs({
        ...{ room, ui, change, controller, who, announcer, serverNow, now },
        follower: this.follower,
        after: (run) => requestAnimationFrame(() => requestAnimationFrame(run)),
      }),
    );
    controller.handFor = makePresses({
      ...{ ui, who, now, lasers: this.lasers },
      objects: () => room.state.objects,
      redraw: () => this.stageOf()?.schedule(),
      refuse: () =>
        controller.refuse({ anchor: null, text: controller.whyFixed(null), action: null }),
      begin: this.acts.beginComment,
      open: this.acts.openThread,
    });
    /** The pen of the keyboard points too, and says what a comment is about. */
    let resting = 0;
    controller.pointed = (at) => {
      if (ui.tool === "comment")
        return void this.acts.beginComment({ about: controller.nearest(at, NEAR_MM), at });
      this.lasers.point(at, now());
      clearTimeout(resting);
      resting = setTimeout(() => this.lasers.end(), KEYS_REST_MS);
      this.stageOf()?.schedule();
    };
    this.#listen();
  }

  #listen() {
    const { room, follower, lasers } = this;
    room.on("presence", (event) => {
      lasers.take(event, performance.now());
      follower.take(event);
      if (event.key === "laser") this.stageOf()?.schedule();
      if (event.key === "view" && (this.ui.drawer === "here" || this.#moved(event))) this.draw();
    });
    room.on("change", () => follower.roomChanged());
    room.on("entry", ({ entry, own }) => {
      if (own || !room.ready) return;
      const name = room.membership.names[entry.by] ?? "Somebody";
      const words = heardWords(entry.events, name, room.state.objects);
      if (words) this.announcer.say(words);
    });
    // While one plays alone, the others see where; a page that shows nothing new says nothing.
    setInterval(() => this.ui.play?.playing && follower.publish(), PLAYHEAD_MS);
    lasers.take({ all: true }, performance.now());
    follower.take({ all: true });
    follower.roomChanged();
    follower.publish();
  }

  /** Something that only this page knows is another. */
  changed() {
    const { ui } = this;
    if (ui.thread && ui.drawer !== "comments") Object.assign(ui, { thread: null, remark: null });
    this.follower.pageChanged();
  }

  /** Over the picture. @param {any} scene */
  scene(scene, now) {
    const names = this.room.membership.names;
    // What was said of a mark of another phase shows where the mark does.
    const pins = pinsOf(this.room.state.objects, scene.place).filter(
      ({ thread: { about } }) => about === null || about in scene.objects,
    );
    const model = { pins, names, current: this.ui.thread };
    return [
      pinsView(scene, model, this.acts.openThread),
      laserView(scene, this.lasers.shown(now)),
    ];
  }

  moving(now) {
    return this.lasers.moving(now);
  }

  over(model) {
    return overView(model, this.acts);
  }

  drawer(name, model) {
    if (name === "comments") return commentsView(model, this.acts);
    if (name === "here")
      return hereView(
        { ...model, views: (account) => this.viewOf(account) },
        this.acts,
      );
    return null;
  }

  buttons(model) {
    return topButtons(model, this.unread(), this.acts);
  }

  /** Whether a view that was told is of another phase than the one before. */
  #moved({ connection, value }) {
    const phase = value && phaseOfView(value, this.room.state);
    if (this.phases.get(connection) === phase) return false;
    this.phases.set(connection, phase);
    return true;
  }

  /** For the strip of phases: who is in a phase. @param {any[]} here */
  peopleIn(here) {
    const people = here.map(({ account }) => ({ account, view: this.viewOf(account) }));
    const where = whoIsWhere(people, this.room.state);
    return (phase) => peopleIn({ here, where, phase });
  }

  viewOf(account) {
    return account === this.who().me ? this.follower.own() : this.follower.view(account);
  }

  /** Comments of others that were not looked at yet. */
  unread() {
    const { room, ui } = this;
    if (ui.drawer === "comments") ui.seenComments = room.version;
    return newSince(room.state.objects, ui.seenComments ?? this.seen, this.who().me);
  }
}
