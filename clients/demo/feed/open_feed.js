/**
 * One game on this page: the client, what is only here, and the picture of both, drawn when either
 * changes. Wiring only: what acts do is in acts.js, how things look in view.js.
 */
import { feed as model, may } from "/js/kinds/feed.js";
import { Touchline } from "/js/touchline.js";
import "../parts/chat_drawer.js";
import "../parts/connection_pill.js";
import { freshToken } from "../parts/identity.js";
import { whoIsHere } from "../parts/presence_avatars.js";
import { rememberRoom } from "../parts/recent.js";
import { serverAddress } from "../parts/server_address.js";
import "../parts/share_dialog.js";
import { frameScheduler, patch } from "../parts/view.js";
import { endView, skeletonView } from "../parts/whole_page.js";
import { makeActs } from "./acts.js";
import { initialUi } from "./ui.js";
import { feedView } from "./view.js";
import { watchFeed } from "./watch_feed.js";
import { asOf, isBehind } from "./watching.js";
import { THING } from "./whole.js";

const ENDED = new Set(["removed", "not-found", "full", "gone", "failed", "closed"]);

class OpenFeed {
  constructor({ page, announcer, guest, acts, roomId, invite }) {
    Object.assign(this, { page, announcer, guest, pageActs: acts, roomId, invite });
    this.touchline = new Touchline({
      url: serverAddress,
      token: freshToken,
      account: guest.account,
      agent: "touchline-demo",
    });
    this.room = this.touchline.join(roomId, { model, invite });
    this.ui = initialUi();
    this.narrow = matchMedia("(max-width: 900px)");
    this.draw = frameScheduler(() => patch(page, this.view()));
    this.act = makeActs(this);
  }

  start() {
    watchFeed(this, { opened: () => this.#opened() });
    this.narrow.addEventListener("change", this.draw);
    addEventListener("keydown", (event) => this.#key(event));
    this.draw();
  }

  #key(event) {
    if (!event.target.closest?.("input, select, textarea, dialog, summary") && !event.metaKey && !event.ctrlKey && !event.altKey) {
      const act = { k: () => (this.watching?.speed === 0 ? this.act.watchAt(1) : this.act.pause()), j: () => this.act.back(10), l: () => this.act.live() }[event.key];
      if (act && this.room.ready && (event.key !== "l" || this.watching)) act();
    }
    if (event.key === "Escape" && this.ui.side && !event.target.closest?.("dialog")) {
      const { side } = this.ui;
      this.act.side(null);
      requestAnimationFrame(() => this.page.querySelector(`[data-tool="${side}"]`)?.focus());
    }
  }

  /** Live for the first time: the secret of the link has done its work. */
  #opened() {
    rememberRoom({ id: this.roomId, name: this.room.name, kind: "feed" });
    if (this.invite) history.replaceState(null, "", `${location.pathname}${location.search}#room=${this.roomId}`);
  }

  /** The whole first picture once more. */
  startOver() {
    this.room.startOver = true;
    this.touchline.session.rejoin(this.roomId);
  }

  change(part) {
    Object.assign(this.ui, part);
    this.draw();
  }

  /** Said beside what it is about; where that is not on the screen, at the bottom of it. */
  refuse(anchor, text) {
    this.change({ refusal: { anchor, text } });
    this.announcer.alert(text);
    if (anchor !== "delay" || this.ui.side !== "delay") this.announcer.toast(text);
  }

  get me() {
    const { room, touchline, guest } = this;
    return room.me.account || touchline.account || guest.account;
  }

  /** Of a crowd not everybody's; one's own is known anyway. */
  get names() {
    const names = this.room.membership?.names ?? {};
    return this.me in names ? names : { ...names, [this.me]: this.room.me.name || this.guest.name };
  }

  /** Seconds behind, one's own wish included. */
  get delay() {
    return this.room.ready ? (this.room.state.delays[this.me] ?? 0) : 0;
  }

  /** As of when one sees the game, where that is not now. */
  get watching() {
    const watching = this.room.ready ? this.room.state.watching : undefined;
    return watching && isBehind(this.watched()) ? watching : null;
  }

  watched() {
    return { watching: this.room.state.watching, delay: this.delay, now: this.touchline.serverNow() };
  }

  link() {
    const { room, touchline } = this;
    return {
      status: touchline.status,
      waiting: touchline.waiting,
      retryAt: touchline.retryAt,
      now: Date.now(),
      readOnly: room.ready && room.readOnly && room.role !== "owner",
    };
  }

  view() {
    const { room, touchline, ui, names, me, pageActs } = this;
    const { status } = touchline;
    if (status === "outdated" || status === "signed-out") return endView(THING, { end: status }, pageActs);
    if (ENDED.has(room.phase)) return endView(THING, { end: room.phase, incident: room.incident }, pageActs);
    if (!room.ready) return skeletonView(THING, this.link());
    return feedView(
      {
        ...{ room, ui, names, me, state: room.state, delay: this.delay },
        watching: this.watching,
        asOf: asOf(this.watched()),
        filtered: room.filter !== null,
        delaySending: room.pending.some(({ command }) => command.type === "delay.set"),
        link: this.link(),
        role: room.role,
        owner: room.role === "owner",
        publisher: may(room.role, { type: "play.report" }),
        here: whoIsHere(room.people, names, me).filter(({ name }) => name),
        narrow: this.narrow.matches,
        serverNow: () => touchline.serverNow(),
      },
      this.act,
    );
  }
}

export function openFeed(parts) {
  new OpenFeed(parts).start();
}
