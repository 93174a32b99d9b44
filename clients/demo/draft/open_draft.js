/** One draft on this page. Wiring only: what acts do is in acts.js and office_acts.js, how things look in view.js. */
import { draft as model, may } from "/js/kinds/draft.js";
import { OpenRoom } from "../parts/open_room.js";
import { signUpPage } from "../parts/own_path.js";
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

const ON_THE_WAY = new Set(["pick.make", "lot.nominate", "bid.place"]);

class OpenDraft extends OpenRoom {
  constructor({ tv, ...parts }) {
    super(parts, { kind: "draft", model, thing: THING, ui: initialUi(), draws: draftView });
    this.tv = tv;
    /** The turn whose cell was brought into sight. @type {number | null} */
    this.followed = null;
    this.alerts = new Alerts({ wanted: () => this.ui.sound, name: () => this.room.name });
    this.act = { ...makeActs(this), ...officeActs(this), ...rankActs(this), ...hookActs(this) };
    /** Worked out again only when the state or what is asked for is another. */
    this.known = { state: null, wanted: null, results: [], fits: null, mine: null };
  }

  start() {
    watchDraft(this);
    addEventListener("pointerdown", () => this.alerts.wake(), { once: true });
    super.start();
  }

  opened() {
    if (this.room.state.phase === "waiting") this.ui.tab = "board";
    super.opened();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest?.("input, textarea, select, dialog");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      if (this.narrow.matches) this.change({ tab: "pool" });
      this.focus("input[type=search]");
    }
    if (event.key === "Escape" && !event.target.closest?.("dialog") && this.ui.chosen) this.act.choose(null);
  }

  /** The running cell is in sight: once a turn, and not while somebody looks around on the board. */
  drawn() {
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

  get mine() {
    return this.room.ready ? seatOf(this.room.confirmed, this.me) : null;
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

  get readOnly() {
    const { room } = this;
    return super.readOnly || (room.ready && !may(room.role, { type: "pick.make" }));
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

  model() {
    const { room, mine, tv } = this;
    const { state } = room;
    const { results, fits } = this.#work(state, mine);
    return {
      ...{ mine, tv, results, fits },
      lists: state.mine.lists,
      proxies: state.mine.proxies,
      may: may(room.role, { type: "seat.claim" }) && !room.readOnly,
      people: new Set([...room.people.values()].map(({ account }) => account)),
      sending: this.sending(),
      auto: this.auto(state, mine),
      keep: this.guest.kind === "guest" ? signUpPage(`/draft.html#room=${this.roomId}`) : null,
    };
  }
}

export function openDraft(parts) {
  new OpenDraft(parts).start();
}
