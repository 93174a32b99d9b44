/**
 * One room on its page: the client, what is only here, and the picture of both, drawn when either
 * changes. What the rooms of every kind share; a kind says what it shows of its own (`model`), and
 * how (`#what.draws`).
 */
import { Touchline } from "/js/touchline.js";
import "./connection_pill.js";
import { freshToken } from "./identity.js";
import { whoIsHere } from "./presence_avatars.js";
import { rememberRoom } from "./recent.js";
import { serverAddress } from "./server_address.js";
import "./share_dialog.js";
import { frameScheduler, patch } from "./view.js";
import { endView, skeletonView } from "./whole_page.js";

const ENDED = new Set(["removed", "not-found", "full", "gone", "failed", "closed"]);

export class OpenRoom {
  #what;

  /**
   * @param {{page: HTMLElement, announcer: any, guest: any, acts: any, roomId: string, invite?: string}} parts
   * @param {{kind: string, model: any, thing: any, ui: any, draws: (model: any, act: any) => any}} what
   *   the kind's name and client half, what it is called while there is none, what only this page
   *   knows, and the picture
   */
  constructor({ page, announcer, guest, acts, roomId, invite }, what) {
    Object.assign(this, { page, announcer, guest, pageActs: acts, roomId, invite });
    this.#what = what;
    this.touchline = new Touchline({
      url: serverAddress,
      token: freshToken,
      account: guest.account,
      agent: "touchline-demo",
    });
    this.room = this.touchline.join(roomId, { model: what.model, invite });
    this.ui = what.ui;
    this.narrow = matchMedia("(max-width: 900px)");
    this.draw = frameScheduler(() => {
      patch(page, this.view());
      this.drawn();
    });
  }

  /** Begins to draw and to listen; the kind's own watching is begun before. */
  start() {
    this.narrow.addEventListener("change", this.draw);
    addEventListener("keydown", (event) => this.key(event));
    this.draw();
  }

  /** Escape puts away what stands beside, and gives the focus back. @param {any} event */
  key(event) {
    if (event.key !== "Escape" || !this.ui.side || event.target.closest?.("dialog")) return;
    const { side } = this.ui;
    this.act.side(null);
    this.focus(`[data-tool="${side}"]`);
  }

  /** Once it is drawn. @param {string} place */
  focus(place) {
    requestAnimationFrame(() => this.page.querySelector(place)?.focus());
  }

  /** After each picture. */
  drawn() {}

  /** Live for the first time: the secret of the link has done its work. */
  opened() {
    rememberRoom({ id: this.roomId, name: this.room.name, kind: this.#what.kind });
    if (this.invite) history.replaceState(null, "", `${location.pathname}${location.search}#room=${this.roomId}`);
  }

  /** @param {object} part */
  change(part) {
    Object.assign(this.ui, part);
    this.draw();
  }

  /** Whether what a refusal is about is on the screen, with a place for it. @param {string} anchor */
  shows(anchor) {
    return anchor === "delay" && this.ui.side === "delay";
  }

  /** Said beside what it is about; where that is not on the screen, at the bottom of it. */
  refuse(anchor, text) {
    this.change({ refusal: { anchor, text } });
    this.announcer.alert(text);
    if (!this.shows(anchor)) this.announcer.toast(text);
  }

  get me() {
    const { room, touchline, guest } = this;
    return room.me.account || touchline.account || guest.account;
  }

  get names() {
    return this.room.membership?.names ?? {};
  }

  /** Seconds behind, one's own wish included; 0 where the kind has no delay. */
  get delay() {
    return this.room.ready ? (this.room.state.delays?.[this.me] ?? 0) : 0;
  }

  showsChat() {
    return this.ui.side === "chat";
  }

  /** Whether one may only look, though one's role would allow more. */
  get readOnly() {
    const { room } = this;
    return room.ready && room.readOnly && room.role !== "owner";
  }

  link() {
    const { touchline } = this;
    return {
      status: touchline.status,
      waiting: touchline.waiting,
      retryAt: touchline.retryAt,
      now: Date.now(),
      readOnly: this.readOnly,
    };
  }

  /** What the kind's picture is of, besides what every room's is; asked once the room is ready. */
  model() {
    return {};
  }

  view() {
    const { room, touchline, ui, names, me, pageActs } = this;
    const { thing, draws } = this.#what;
    const { status } = touchline;
    if (status === "outdated" || status === "signed-out") return endView(thing, { end: status }, pageActs);
    if (ENDED.has(room.phase)) return endView(thing, { end: room.phase, incident: room.incident }, pageActs);
    if (!room.ready) return skeletonView(thing, this.link());
    return draws(
      {
        ...{ room, ui, names, me, state: room.state, delay: this.delay },
        delaySending: room.pending.some(({ command }) => command.type === "delay.set"),
        link: this.link(),
        role: room.role,
        owner: room.role === "owner",
        here: whoIsHere(room.people, names, me),
        narrow: this.narrow.matches,
        serverNow: () => touchline.serverNow(),
        ...this.model(),
      },
      this.act,
    );
  }
}
