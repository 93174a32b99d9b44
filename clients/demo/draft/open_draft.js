/**
 * One draft on this page: the client, what is only here, and the picture of both, drawn when either
 * changes. Wiring only: what acts do is in acts.js and office_acts.js, how things look in view.js.
 */
import { draft as model, may } from "/js/kinds/draft.js";
import { Touchline } from "/js/touchline.js";
import "../parts/connection_pill.js";
import { freshToken } from "../parts/identity.js";
import { signUpPage } from "../parts/own_path.js";
import { whoIsHere } from "../parts/presence_avatars.js";
import { rememberRoom } from "../parts/recent.js";
import { serverAddress } from "../parts/server_address.js";
import "../parts/share_dialog.js";
import { frameScheduler, patch } from "../parts/view.js";
import { endView, skeletonView } from "../parts/whole_page.js";
import { makeActs } from "./acts.js";
import { Alerts } from "./alerts.js";
import "./clock_part.js";
import "./draft_chat.js";
import { hookActs } from "./hook_acts.js";
import { officeActs } from "./office_acts.js";
import { rankActs } from "./rank_acts.js";
import { seatOf } from "./reading.js";
import { room as roomFor } from "./rosters.js";
import { found } from "./search.js";
import { initialUi } from "./ui.js";
import { draftView } from "./view.js";
import { watchDraft } from "./watch_draft.js";
import { THING } from "./whole.js";

const ENDED = new Set(["removed", "not-found", "full", "gone", "failed", "closed"]);
const ON_THE_WAY = new Set(["pick.make", "lot.nominate", "bid.place"]);

class OpenDraft {
  constructor({ page, announcer, guest, acts, roomId, invite, tv }) {
    Object.assign(this, { page, announcer, guest, pageActs: acts, roomId, invite, tv });
    this.touchline = new Touchline({
      url: serverAddress,
      token: freshToken,
      account: guest.account,
      agent: "touchline-demo",
    });
    this.room = this.touchline.join(roomId, { model, invite });
    this.ui = initialUi();
    this.narrow = matchMedia("(max-width: 900px)");
    this.draw = frameScheduler(() => {
      patch(page, this.view());
      this.#follow();
    });
    /** The turn whose cell was brought into sight. @type {number | null} */
    this.followed = null;
    this.alerts = new Alerts({ wanted: () => this.ui.sound, name: () => this.room.name });
    this.act = { ...makeActs(this), ...officeActs(this), ...rankActs(this), ...hookActs(this) };
    /** Worked out again only when the state or what is asked for is another. */
    this.known = { state: null, wanted: null, results: [], fits: null, mine: null };
  }

  start() {
    watchDraft(this, { opened: () => this.#opened() });
    this.narrow.addEventListener("change", this.draw);
    addEventListener("keydown", (event) => this.#key(event));
    addEventListener("pointerdown", () => this.alerts.wake(), { once: true });
    this.draw();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest?.("input, textarea, select, dialog");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      if (this.narrow.matches) this.change({ tab: "pool" });
      requestAnimationFrame(() => this.page.querySelector("input[type=search]")?.focus());
    }
    if (event.key === "Escape" && !event.target.closest?.("dialog") && this.ui.chosen) this.act.choose(null);
  }

  /** The running cell is in sight: once a turn, and not while somebody looks around on the board. */
  #follow() {
    const turn = this.room.ready ? this.room.confirmed.turn : null;
    const grid = this.page.querySelector(".grid-box");
    if (!grid || !turn) this.followed = null;
    else if (this.followed !== turn.version) {
      this.followed = turn.version;
      if (grid.matches(":hover, :focus-within")) return;
      const block = this.tv ? "center" : "nearest";
      grid.querySelector(`[data-cell="${turn.n}"]`)?.scrollIntoView({ block, inline: "nearest" });
    }
  }

  /** Live for the first time: the secret of the link has done its work. */
  #opened() {
    rememberRoom({ id: this.roomId, name: this.room.name, kind: "draft" });
    if (this.invite) history.replaceState(null, "", `${location.pathname}${location.search}#room=${this.roomId}`);
  }

  change(part) {
    Object.assign(this.ui, part);
    this.draw();
  }

  /** Said beside what it is about; where that is not on the screen any more, at the bottom of it. */
  refuse(anchor, text) {
    this.change({ refusal: { anchor, text } });
    this.announcer.alert(text);
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        if (!this.page.querySelector(".refused")) this.announcer.toast(text);
      }),
    );
  }

  get me() {
    const { room, touchline, guest } = this;
    return room.me.account || touchline.account || guest.account;
  }

  get mine() {
    return this.room.ready ? seatOf(this.room.confirmed, this.me) : null;
  }

  get names() {
    return this.room.membership?.names ?? {};
  }

  /** Whether one's own pick or bid has no answer yet. */
  sending() {
    return this.room.pending.some(({ command }) => ON_THE_WAY.has(command.type));
  }

  /** Whether one's own team is picked for, or shall be. */
  auto(state, mine) {
    const asked = this.room.pending.findLast(({ command }) => command.type === "auto.set");
    return asked?.command.on ?? (mine !== null && Boolean(state.seats[mine]?.[3]));
  }

  showsChat() {
    return this.narrow.matches ? this.ui.tab === "chat" : this.ui.side === "chat";
  }

  link() {
    const { room, touchline } = this;
    return {
      status: touchline.status,
      waiting: touchline.waiting,
      retryAt: touchline.retryAt,
      now: Date.now(),
      readOnly: room.ready && (!may(room.role, { type: "pick.make" }) || (room.readOnly && room.role !== "owner")),
    };
  }

  /** The players that the pool shows. */
  results() {
    return this.#work(this.room.state, this.mine).results;
  }

  #work(state, mine) {
    const { ui, known } = this;
    if (known.state === state && known.wanted === ui.wanted && known.mine === mine) return known;
    this.known = {
      ...{ state, mine, wanted: ui.wanted },
      results: found(state, ui.wanted, state.mine.lists),
      fits: mine === null ? null : roomFor(state, mine),
    };
    return this.known;
  }

  view() {
    const { room, touchline, ui, names, me, mine, tv, pageActs } = this;
    const { status } = touchline;
    if (status === "outdated" || status === "signed-out") return endView(THING, { end: status }, pageActs);
    if (ENDED.has(room.phase)) return endView(THING, { end: room.phase, incident: room.incident }, pageActs);
    if (!room.ready) return skeletonView(THING, this.link());
    const { state } = room;
    const { results, fits } = this.#work(state, mine);
    return draftView(
      {
        ...{ room, state, ui, names, me, mine, tv, results, fits },
        lists: state.mine.lists,
        proxies: state.mine.proxies,
        link: this.link(),
        role: room.role,
        owner: room.role === "owner",
        may: may(room.role, { type: "seat.claim" }) && !room.readOnly,
        here: whoIsHere(room.people, names, me),
        people: new Set([...room.people.values()].map(({ account }) => account)),
        sending: this.sending(),
        auto: this.auto(state, mine),
        narrow: this.narrow.matches,
        serverNow: () => touchline.serverNow(),
        keep: this.guest.kind === "guest" ? signUpPage(`/draft.html#room=${this.roomId}`) : null,
      },
      this.act,
    );
  }
}

export function openDraft(parts) {
  new OpenDraft(parts).start();
}
