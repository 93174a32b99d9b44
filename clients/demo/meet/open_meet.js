/** One meet on this page. Wiring only: what acts do is in acts.js, how things look in view.js. */
import { meet as model, officeOf } from "/js/kinds/meet.js";
import "../parts/chat_drawer.js";
import { OpenRoom } from "../parts/open_room.js";
import { makeActs } from "./acts.js";
import { initialUi } from "./ui.js";
import { meetView } from "./view.js";
import { watchMeet } from "./watch_meet.js";
import { THING } from "./whole.js";

class OpenMeet extends OpenRoom {
  constructor(parts) {
    super(parts, { kind: "meet", model, thing: THING, ui: initialUi(), draws: meetView });
    this.act = makeActs(this);
    this.ui.event = new URLSearchParams(location.hash.slice(1)).get("event");
  }

  start() {
    watchMeet(this);
    super.start();
  }

  model() {
    const { room, me } = this;
    return {
      sending: room.pending.map(({ command }) => command),
      office: officeOf(room.state, room.role, me),
    };
  }
}

export function openMeet(parts) {
  new OpenMeet(parts).start();
}
