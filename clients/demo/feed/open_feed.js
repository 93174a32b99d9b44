/** One game on this page. Wiring only: what acts do is in acts.js, how things look in view.js. */
import { feed as model, may } from "/js/kinds/feed.js";
import "../parts/chat_drawer.js";
import { OpenRoom } from "../parts/open_room.js";
import { whoIsHere } from "../parts/presence_avatars.js";
import { makeActs } from "./acts.js";
import { initialUi } from "./ui.js";
import { feedView } from "./view.js";
import { watchFeed } from "./watch_feed.js";
import { asOf, isBehind } from "./watching.js";
import { THING } from "./whole.js";

class OpenFeed extends OpenRoom {
  constructor(parts) {
    super(parts, { kind: "feed", model, thing: THING, ui: initialUi(), draws: feedView });
    this.act = makeActs(this);
  }

  start() {
    watchFeed(this);
    super.start();
  }

  key(event) {
    if (!event.target.closest?.("input, select, textarea, dialog, summary") && !event.metaKey && !event.ctrlKey && !event.altKey) {
      const act = { k: () => (this.watching?.speed === 0 ? this.act.watchAt(1) : this.act.pause()), j: () => this.act.back(10), l: () => this.act.live() }[event.key];
      if (act && this.room.ready && (event.key !== "l" || this.watching)) act();
    }
    super.key(event);
  }

  /** As of when one sees the game, where that is not now. */
  get watching() {
    const watching = this.room.ready ? this.room.state.watching : undefined;
    return watching && isBehind(this.watched()) ? watching : null;
  }

  watched() {
    return { watching: this.room.state.watching, delay: this.delay, now: this.touchline.serverNow() };
  }

  /** The whole first picture once more. */
  startOver() {
    this.room.startOver = true;
    this.touchline.session.rejoin(this.roomId);
  }

  /** Of a crowd not everybody's; one's own is known anyway. */
  get names() {
    const names = super.names;
    return this.me in names ? names : { ...names, [this.me]: this.room.me.name || this.guest.name };
  }

  model() {
    const { room, names, me } = this;
    return {
      here: whoIsHere(room.people, names, me).filter(({ name }) => name),
      watching: this.watching,
      asOf: asOf(this.watched()),
      filtered: room.filter !== null,
      publisher: may(room.role, { type: "play.report" }),
    };
  }
}

export function openFeed(parts) {
  new OpenFeed(parts).start();
}
