/** One league on this page. Wiring only: what acts do is in acts.js, how things look in view.js. */
import { league as model } from "/js/kinds/league.js";
import "../parts/chat_drawer.js";
import { OpenRoom } from "../parts/open_room.js";
import { makeActs } from "./acts.js";
import { currentWeek, mayManage, ownTeams } from "./reading.js";
import { initialUi } from "./ui.js";
import { leagueView } from "./view.js";
import { watchLeague } from "./watch_league.js";
import { THING } from "./whole.js";

const LOOK_EVERY_MS = 10_000;

class OpenLeague extends OpenRoom {
  constructor(parts) {
    super(parts, { kind: "league", model, thing: THING, ui: initialUi(), draws: leagueView });
    this.act = makeActs(this);
  }

  start() {
    watchLeague(this);
    // A kick-off locks, whether anybody says so or not.
    setInterval(this.draw, LOOK_EVERY_MS);
    super.start();
  }

  key(event) {
    if (event.key !== "Escape" || event.target.closest?.("dialog")) return;
    const { side, held, editing, matchup } = this.ui;
    if (side) super.key(event);
    else if (held !== null) this.change({ held: null });
    else if (editing !== null) {
      this.act.edit(null);
      this.focus(`[data-edit="${editing}"]`);
    } else if (matchup !== null) {
      this.act.open(null);
      this.focus(`[data-matchup="${matchup}"]`);
    }
  }

  opened() {
    super.opened();
    this.watch();
  }

  shows(anchor) {
    return anchor === "line-up" ? this.ui.editing !== null : super.shows(anchor);
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

  model() {
    const { room, me } = this;
    return {
      week: this.week,
      own: ownTeams(room.state, me),
      manages: (team) => mayManage(room.state, team, { account: me, role: room.role }),
      lineUpSending: room.pending.some(({ command }) => command.type === "line_up.set"),
    };
  }
}

export function openLeague(parts) {
  new OpenLeague(parts).start();
}
