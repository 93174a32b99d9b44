/**
 * One board on this page: the client, what is only here, and the picture of both, drawn when either changes. Wiring only: what acts do is
 * in acts.js, controller.js and lost_work.js; how things look in view.js and scene.js.
 */
import { board as model } from "/js/kinds/board.js";
import { Touchline } from "/js/touchline.js";
import "../parts/chat_drawer.js";
import "../parts/connection_pill.js";
import { freshToken } from "../parts/identity.js";
import { whoIsHere } from "../parts/presence_avatars.js";
import { rememberBoard } from "../parts/recent.js";
import { serverAddress } from "../parts/server_address.js";
import "../parts/share_dialog.js";
import { frameScheduler, patch } from "../parts/view.js";
import { makeActs } from "./acts.js";
import { concerned } from "./conflicts.js";
import { BoardController } from "./controller.js";
import { Gestures } from "./gestures.js";
import { History } from "./history.js";
import { onKey } from "./keys.js";
import { LostWork } from "./lost_work.js";
import { Motion } from "./motion.js";
import { OwnPresence } from "./own_presence.js";
import { PeopleWatch } from "./people_watch.js";
import { dimensionsOf } from "./pitch.js";
import { mayTouch } from "./rights.js";
import "./stage.js";
import { initialUi } from "./ui.js";
import { boardView } from "./view.js";
import { endView, skeletonView } from "./whole_page.js";
import { watchRoom } from "./watch_room.js";

const ENDED = new Set(["removed", "not-found", "gone", "failed", "closed"]);
const EMPTY = new Set();
const NOTHING = new Map();

export function openBoard({ page, announcer, roomId, invite, guest, acts: pageActs }) {
  const touchline = new Touchline({ url: serverAddress, token: freshToken, account: guest.account, agent: "touchline-demo" });
  const room = touchline.join(roomId, { model, invite });
  const ui = initialUi();
  const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
  const narrow = matchMedia("(max-width: 760px)");
  const draw = frameScheduler(() => patch(page, pageView()));
  const change = (part) => {
    Object.assign(ui, part);
    draw();
  };
  const who = () => ({ role: room.role, me: room.me?.account ?? touchline.account ?? guest.account, readOnly: room.readOnly, boardLocked: room.state?.locked ?? null });
  const presence = new OwnPresence(room);
  const motion = new Motion({ still: () => reducedMotion.matches });
  const watch = new PeopleWatch(room, motion);
  const refuse = (refusal) => {
    change({ refusal });
    announcer.alert(refusal.text);
  };
  const controller = new BoardController({ room, ui, change, presence, who, refuse, tell: (text) => announcer.say(text) });
  const submit = (command, options) => controller.submit(command, options);
  const work = new LostWork({ room, ui, change, submit, announce: announcer });
  const history = new History({ roomId, model, changed: draw });
  const stageOf = () => page.querySelector("board-stage");
  const acts = makeActs({ room, touchline, ui, change, controller, work, history, announcer, submit, stageOf, redraw: draw });
  const gestures = new Gestures({
    tool: controller.tool, look: controller.look, inert: controller.inert, lookAt: controller.lookAt, cursor: controller.cursor, nearest: controller.nearest,
    press: controller.press, released: controller.released, focused: controller.focused, edit: controller.edit, box: controller.box, boxed: controller.boxed,
    clear: controller.clear, dragTo: controller.dragTo, drop: controller.drop, abandon: controller.abandon, place: controller.place,
    draftStroke: controller.draftStroke, draftZone: controller.draftZone, finishDraft: controller.finishDraft, dropDraft: controller.dropDraft,
    reshape: controller.reshape, reshaped: controller.reshaped, chooseGhost: (choice) => work.decide(work.conflicts()[0], choice),
  });

  function link() {
    const readOnly = room.ready && (room.role === "viewer" || (room.readOnly && room.role !== "owner"));
    return { status: touchline.status, waiting: touchline.waiting, retryAt: touchline.retryAt, now: Date.now(), readOnly, serverNow: touchline.serverNow() };
  }

  function pageView() {
    if (touchline.status === "outdated" || touchline.status === "signed-out") return endView({ end: touchline.status }, pageActs);
    if (ENDED.has(room.phase)) return endView({ end: room.phase, incident: room.incident }, pageActs);
    if (!room.ready) return skeletonView(link());
    const names = room.membership.names;
    const here = whoIsHere(room.people, names, who().me);
    const stage = stageOf() ?? { pixelOf: () => null, size: { width: 0, height: 0 } };
    return boardView({ room, ui, who: who(), link: link(), history, work, here, names, narrow: narrow.matches, stageOf: stage, stage: stageModel() }, acts);
  }

  function stageModel() {
    const settings = (ui.past?.state ?? room.state).settings;
    return { scene, gestures, dimensions: dimensionsOf(settings), look: ui.look, tool: ui.tool, moving: () => motion.moving,
      label: `${room.name}, ${Object.keys(room.state.objects).length} things on the pitch` };
  }

  /** What the pitch shows at this instant. */
  function scene(camera, now) {
    if (ui.past) return pastScene(camera);
    const { objects } = room.state;
    const own = new Map(controller.draggedPlaces());
    motion.keep((id) => id in objects);
    const [only] = ui.selection;
    const record = ui.selection.size === 1 ? objects[only] : null;
    return {
      camera,
      settings: room.state.settings,
      objects: ui.reshaping && objects[ui.reshaping.id] ? withShape(objects, ui.reshaping) : objects,
      place: (id, one) => motion.place(id, one.props.at, own.get(id) ?? null, now),
      selection: ui.selection,
      pending: new Set(room.pending.flatMap(({ command }) => concerned(command))),
      refused: work.refusedIds(),
      holders: watch.holders(now),
      selectedByOthers: watch.selections(),
      cursors: watch.cursors(),
      ghosts: work.ghosts(now),
      draft: ui.draft,
      box: ui.box,
      pen: ui.pen,
      handles: record !== null && record !== undefined && !ui.drag && mayTouch(who(), record),
    };
  }

  function pastScene(camera) {
    const state = ui.past.state ?? { settings: room.state.settings, objects: {} };
    return { camera, settings: state.settings, objects: state.objects, place: (_, record) => record.props.at, selection: EMPTY, pending: EMPTY, refused: EMPTY,
      holders: NOTHING, selectedByOthers: NOTHING, cursors: [], ghosts: [], draft: null, box: null, pen: null, handles: false };
  }

  watchRoom({ room, touchline, ui, change, draw, watch, work, history, announcer, refuse, acts, stageOf,
    opened: () => {
      rememberBoard(roomId, room.name);
      if (invite) window.history.replaceState(null, "", `#room=${roomId}`);
    } });
  narrow.addEventListener("change", draw);
  addEventListener("keydown", (event) => onKey(event, { controller, act: acts, ui: () => ui, upright: () => stageOf()?.camera?.upright ?? false }));
  addEventListener("pagehide", () => controller.dropKeyboardDrag());
  draw();
}

function withShape(objects, { id, set }) {
  const record = objects[id];
  return { ...objects, [id]: { ...record, props: { ...record.props, ...set } } };
}
