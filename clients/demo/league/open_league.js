/**
 * One league on this page: the client, what is only here, and the picture of both, drawn when either
 * changes. Wiring only: what acts do is in acts.js, how things look in view.js.
 */
import { league as model } from "/js/kinds/league.js";
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
import { currentWeek, mayManage, ownTeams } from "./reading.js";
import { initialUi } from "./ui.js";
import { leagueView } from "./view.js";
import { watchLeague } from "./watch_league.js";
import { THING } from "./whole.js";

const LOOK_EVERY_MS = 10_000;
const ENDED = new Set(["removed", "not-found", "full", "gone", "failed", "closed"]);

class OpenLeague {
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
    watchLeague(this, { opened: () => this.#opened() });
    this.narrow.addEventListener("change", this.draw);
    addEventListener("keydown", (event) => this.#key(event));
    // A kick-off locks, whether anybody says so or not.
    setInterval(this.draw, LOOK_EVERY_MS);
    this.draw();
  }

  #key(event) {
    if (event.key !== "Escape" || event.target.closest?.("dialog")) return;
    const { side, held, editing, matchup } = this.ui;
    const back = (place) => requestAnimationFrame(() => this.page.querySelector(place)?.focus());
    if (side) {
      this.act.side(null);
      back(`[data-tool="${side}"]`);
    } else if (held !== null) this.change({ held: null });
    else if (editing !== null) {
      this.act.edit(null);
      back(`[data-edit="${editing}"]`);
    } else if (matchup !== null) {
      this.act.open(null);
      back(`[data-matchup="${matchup}"]`);
    }
  }

  /** Live for the first time: the secret of the link has done its work. */
  #opened() {
    rememberRoom({ id: this.roomId, name: this.room.name, kind: "league" });
    this.watch();
    if (this.invite) history.replaceState(null, "", `${location.pathname}${location.search}#room=${this.roomId}`);
  }

  change(part) {
    Object.assign(this.ui, part);
    this.draw();
  }

  /** Said beside what it is about; where that is not on the screen, at the bottom of it. */
  refuse(anchor, text) {
    this.change({ refusal: { anchor, text } });
    this.announcer.alert(text);
    const { side, editing } = this.ui;
    const shown = { delay: side === "delay", "line-up": editing !== null }[anchor];
    if (!shown) this.announcer.toast(text);
  }

  get me() {
    const { room, touchline, guest } = this;
    return room.me.account || touchline.account || guest.account;
  }

  get names() {
    return this.room.membership?.names ?? {};
  }

  /** The week that shows. */
  get week() {
    return this.ui.week ?? (this.room.ready ? currentWeek(this.room.state) : 1);
  }

  /** Says which week's scores are wanted; the server tells them from now on. */
  watch() {
    if (this.watched === this.week) return;
    this.watched = this.week;
    this.room.presence("watching", { type: "watching", week: this.week });
  }

  /** Seconds behind, one's own wish included. */
  get delay() {
    return this.room.ready ? (this.room.state.delays[this.me] ?? 0) : 0;
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
    return leagueView(
      {
        ...{ room, ui, names, me, state: room.state, delay: this.delay },
        delaySending: room.pending.some(({ command }) => command.type === "delay.set"),
        link: this.link(),
        role: room.role,
        owner: room.role === "owner",
        week: this.week,
        own: ownTeams(room.state, me),
        manages: (team) => mayManage(room.state, team, { account: me, role: room.role }),
        lineUpSending: room.pending.some(({ command }) => command.type === "line_up.set"),
        here: whoIsHere(room.people, names, me),
        narrow: this.narrow.matches,
        serverNow: () => touchline.serverNow(),
      },
      this.act,
    );
  }
}

export function openLeague(parts) {
  new OpenLeague(parts).start();
}
