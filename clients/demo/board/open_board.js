/**
 * One board on this page: the client, what is only here, and the picture of both, drawn when either
 * changes. Wiring only: what acts do is in acts.js, controller.js, drawing.js and lost_work.js; how
 * things look in view.js and scene.js.
 */
import { board as model } from "/js/kinds/board.js";
import { Touchline } from "/js/touchline.js";
import "../parts/connection_pill.js";
import { freshToken } from "../parts/identity.js";
import { signUpPage } from "../parts/own_path.js";
import { whoIsHere } from "../parts/presence_avatars.js";
import { rememberBoard } from "../parts/recent.js";
import { serverAddress } from "../parts/server_address.js";
import { frameScheduler, patch } from "../parts/view.js";
import { makeActs } from "./acts.js";
import { BoardController } from "./controller.js";
import { Drawing } from "./drawing.js";
import { fetchedParts } from "./fetched.js";
import { Gestures } from "./gestures.js";
import { History } from "./history.js";
import { PastDoor } from "./history/door.js";
import { onKey } from "./keys.js";
import { LostWork } from "./lost_work.js";
import { Motion } from "./motion.js";
import { OwnPresence } from "./own_presence.js";
import { PeopleWatch } from "./people_watch.js";
import { shownMoment } from "./phases/moments.js";
import { makePhaseActs } from "./phases/phase_acts.js";
import "./stage.js";
import { StageModel } from "./stage_model.js";
import { initialUi } from "./ui.js";
import { boardView } from "./view.js";
import { watchRoom } from "./watch_room.js";
import { ENDS, endView, skeletonView } from "./whole.js";

const NO_STAGE = { pixelOf: () => null, size: { width: 0, height: 0 } };

class OpenBoard {
  constructor({ page, announcer, roomId, invite, guest, acts }) {
    Object.assign(this, { page, announcer, roomId, invite, guest, pageActs: acts });
    this.touchline = new Touchline({
      url: serverAddress,
      token: freshToken,
      account: guest.account,
      agent: "touchline-demo",
    });
    this.room = this.touchline.join(roomId, { model, invite });
    this.ui = initialUi();
    this.narrow = matchMedia("(max-width: 760px)");
    this.draw = frameScheduler(() => patch(page, this.view()));
    this.#makeParts();
  }

  #makeParts() {
    const { room, ui, touchline, announcer, draw } = this;
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    const who = () => this.who();
    const change = (part) => this.change(part);
    const refuse = (refusal) => this.refuse(refusal);
    const tell = (text) => announcer.say(text);
    const presence = new OwnPresence(room);
    const motion = new Motion({ still: () => still.matches });
    const moment = () => this.moment();
    const drawnAt = (id) => motion.last(id);
    const controller = new BoardController({
      ...{ room, ui, change, presence, who, refuse, tell, moment, drawnAt },
    });
    const drawing = new Drawing(controller);
    const submit = (command, options) => controller.submit(command, options);
    const work = new LostWork({ room, ui, change, submit, announce: announcer });
    const history = new History({ roomId: this.roomId, model, changed: draw });
    const chooseGhost = (choice) => work.decide(work.conflicts()[0], choice);
    const gestures = new Gestures({ board: controller, drawing, chooseGhost });
    const watch = new PeopleWatch(room, motion, {
      phase: () => ui.phase,
      placeOf: (id) => controller.placeOf(id),
    });
    const stageOf = () => this.stage();
    const fetched = fetchedParts(draw);
    const past = new PastDoor(fetched.past, {
      ...{ room, ui, change, controller, history, announcer, submit, stageOf, who, model },
      changed: draw,
    });
    Object.assign(this, { controller, work, history, past, watch, fetched });
    this.stageModel = new StageModel({
      ...{ room, ui, controller, gestures, motion, watch, work, who, moment, past },
    });
    this.acts = makeActs({
      ...{ room, touchline, ui, change, controller, drawing, work, past, fetched },
      ...{ announcer, submit, stageOf },
      redraw: draw,
    });
    past.acts = this.acts;
    const serverNow = () => touchline.serverNow();
    Object.assign(
      this.acts,
      makePhaseActs({ room, ui, change, submit, serverNow, tell, controller }),
    );
  }

  /** What moment of the phases the pitch shows. */
  moment() {
    const { room, ui, touchline } = this;
    const { objects = {}, playback = null } = room.state ?? {};
    // A phase that somebody has deleted is worked on no more.
    if (ui.phase !== null && !objects[ui.phase]) ui.phase = null;
    // Nor is one alone where nothing plays for all: the next playback is watched with them.
    if (playback === null && room.ready) ui.alone = false;
    return shownMoment({ objects, playback, ui, now: performance.now(), serverNow: touchline.serverNow() });
  }

  /** Listens to the room, the connection, the keys. */
  start() {
    const { room, touchline, ui, draw, watch, work, history, announcer, acts, controller } = this;
    watchRoom({
      ...{ room, touchline, ui, draw, watch, work, history, announcer, acts },
      change: (part) => this.change(part),
      refuse: (refusal) => this.refuse(refusal),
      stageOf: () => this.stage(),
      opened: () => this.#opened(),
    });
    this.narrow.addEventListener("change", draw);
    const upright = () => this.stage()?.camera?.upright ?? false;
    addEventListener("keydown", (event) =>
      onKey(event, { controller, act: acts, ui: () => ui, upright }),
    );
    this.acts.listen(document);
    addEventListener("pagehide", () => controller.dropKeyboardDrag());
    draw();
    // The board comes first: what the rest weighs would only be in its way.
    const stop = room.on("change", () => {
      if (!room.ready) return;
      stop();
      this.#fetchRest().then((whole) => {
        if (!whole) announcer.toast("Not all of the page is on this device yet; it comes with the next connection");
      });
    });
    addEventListener("online", () => this.#fetchRest());
  }

  /** What the pitch does not wait for; whether all of it is there. */
  async #fetchRest() {
    const { fetched } = this;
    const [panels, together] = await Promise.all([fetched.panels.get(), fetched.together.get()]);
    if (together && !this.together) this.#joinTogether(together.Together);
    return Boolean(panels && together);
  }

  #joinTogether(Together) {
    const { room, touchline, ui, draw, controller, announcer, acts, stageModel } = this;
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    this.together = stageModel.together = new Together({
      ...{ room, touchline, ui, draw, controller, announcer, acts },
      change: (part) => this.change(part),
      who: () => this.who(),
      stageOf: () => this.stage(),
      still: () => still.matches,
    });
    draw();
  }

  /** Live for the first time: the secret of the link has done its work. */
  #opened() {
    rememberBoard(this.roomId, this.room.name);
    if (this.invite) window.history.replaceState(null, "", `#room=${this.roomId}`);
  }

  stage() {
    return this.page.querySelector("board-stage");
  }

  change(part) {
    Object.assign(this.ui, part);
    this.together?.changed();
    this.draw();
  }

  refuse(refusal) {
    this.change({ refusal });
    this.announcer.alert(refusal.text);
  }

  who() {
    const { room, touchline, guest } = this;
    return {
      role: room.role,
      me: room.me.account || touchline.account || guest.account,
      readOnly: room.readOnly,
      boardLocked: room.state?.locked ?? null,
      layers: room.state?.layers ?? {},
    };
  }

  link() {
    const { room, touchline } = this;
    const looksOn = room.role === "viewer" || (room.readOnly && room.role !== "owner");
    return {
      status: touchline.status,
      waiting: touchline.waiting,
      retryAt: touchline.retryAt,
      now: Date.now(),
      readOnly: room.ready && looksOn,
      serverNow: touchline.serverNow(),
    };
  }

  view() {
    const { room, touchline, ui, history, past, work, fetched, pageActs } = this;
    const { controller } = this;
    const { status } = touchline;
    if (status === "outdated" || status === "signed-out") return endView({ end: status }, pageActs);
    if (room.phase in ENDS) return endView({ end: room.phase, incident: room.incident }, pageActs);
    if (!room.ready) return skeletonView(this.link());
    const who = this.who();
    const { names } = room.membership;
    let there = null;
    return boardView(
      {
        ...{ room, ui, who, history, past, work, names, fetched },
        link: this.link(),
        together: this.together ?? null,
        here: whoIsHere(room.people, names, who.me),
        narrow: this.narrow.matches,
        keep: this.guest.kind === "guest" ? signUpPage(`/board.html#room=${this.roomId}`) : null,
        stageOf: this.stage() ?? NO_STAGE,
        stage: this.stageModel.value(),
        moment: () => this.moment(),
        middleOf: (id) => controller.middleOf(id, (there ??= controller.standing())),
      },
      this.acts,
    );
  }
}

export function openBoard(parts) {
  new OpenBoard(parts).start();
}
