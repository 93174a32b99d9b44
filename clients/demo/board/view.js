/**
 * The board page as a pure function of what the room, the connection and this page know. Elements
 * only; what they do is in `act`.
 *
 * @typedef {object} PageModel
 * @property {any} room @property {any} ui @property {any} who @property {any} link @property {any}
 *   stage
 * @property {any} history @property {any} past @property {any} work what became of one's own work (lost_work.js)
 * @property {any} fetched parts that come later (fetched.js)
 * @property {any} together what people do together (together/), once it is loaded
 * @property {string | null} keep where a guest makes an account
 * @property {any[]} here @property {Record<string, string>} names @property {boolean} narrow
 */
import { h } from "../parts/view.js";
import { calloutsView } from "./callouts.js";
import { waitingView } from "./fetched.js";
import { banner, emptyBoard, isEmpty, selectedIn, selectionBar } from "./over_pitch.js";
import { stripView } from "./phases/strip_view.js";
import { whyNot } from "./rights.js";
import { toolbarView } from "./toolbar.js";
import { topBar, menuView } from "./top_bar.js";

/** Drawers about what is selected: on a phone it is lifted above them. */
const LOW = new Set(["inspector", "comments"]);

/** @param {PageModel} model */
export function boardView(model, act) {
  const { ui } = model;
  const drawer = ui.past ? (ui.drawer === "history" ? "history" : null) : ui.drawer;
  return h(
    "div",
    {
      class: "board",
      "data-past": ui.past !== null,
      "data-phase": ui.phase !== null && ui.past === null,
      "data-drawer": drawer,
      "data-bare": ui.bare,
      "data-whole": Boolean(model.together && model.fetched.panels.value),
      "data-hand": ui.leftHanded ? "left" : null,
    },
    topBar(model, act),
    toolbarView(toolModel(model), act),
    h(
      "main",
      { class: "stage", key: "stage", "data-lifted": LOW.has(drawer) && liesLow(model) },
      h("board-stage", { key: "scene", ".model": model.stage, "onstage-resize": act.redraw }),
      ui.past ? model.past.banner(model, act) : banner(model),
      model.together?.over(model),
      ui.past ? null : calloutsView(callouts(model), act),
      isEmpty(model) ? emptyBoard(model, act) : null,
      ui.past || drawer === "inspector" ? null : selectionBar(model, act),
    ),
    stripView(model, act),
    drawerView(drawer, model, act),
    h("share-dialog", {
      key: "share",
      ".model": shareModel(model),
      "onshare-close": act.closeShare,
      "onshare-copy": act.copyLink,
      "onshare-create": act.createLink,
      "onshare-revoke": act.revokeLink,
      "onshare-rotate": act.rotateLink,
      "onshare-read-only": act.setReadOnly,
      "onmember-role": act.setRole,
      "onmember-remove": act.removeMember,
    }),
  );
}

function toolModel({ room, ui, who, fetched }) {
  const [undoable, redoable] = room.state.undo?.[who.me] ?? [0, 0];
  const inert = ui.past !== null || whyNot(who, {}) !== null;
  const { sport } = room.state.settings;
  const toolOptions = fetched.panels.value?.toolOptions;
  return { ui, who, undoable, redoable, inert, sport, toolOptions };
}

function drawerView(drawer, model, act) {
  const { ui, fetched } = model;
  switch (drawer) {
    case null:
      return null;
    case "menu":
      return menuView(model, act);
    case "history":
      return model.past.view(model, act);
    case "exchange":
      return ui.exchange?.view(model, act) ?? waitingView(fetched.exchange, drawer, act);
    case "comments":
    case "here":
      return model.together?.drawer(drawer, model) ?? null;
    case "shelf":
      return ui.shelf?.view(model, act) ?? waitingView(fetched.shelf, drawer, act);
    default:
      return fetched.panels.value
        ? (fetched.panels.value.drawers[drawer]?.(model, act) ?? null)
        : waitingView(fetched.panels, drawer, act);
  }
}

/** Whether what is being edited would lie under a phone's sheet. */
function liesLow({ room, ui, stageOf, middleOf }) {
  const lowest = Math.max(
    ...selectedIn(room, ui).map(([id]) => stageOf.pixelOf(middleOf(id) ?? [0, 0])[1]),
  );
  return lowest > stageOf.size.height * 0.42;
}

function callouts({ ui, work, names, stageOf, middleOf }) {
  const pixelOf = (id, at) => {
    const place = at ?? middleOf(id);
    return place ? stageOf.pixelOf(place) : null;
  };
  return {
    conflicts: work.conflicts(),
    lost: ui.lost,
    refusal: ui.refusal,
    textAt: ui.textAt,
    names,
    pixelOf,
    size: stageOf.size,
    words: { conflict: (one) => work.conflictWords(one), lost: (one) => work.lostWords(one) },
  };
}

function shareModel({ room, ui, who, here, link }) {
  return {
    open: ui.share.open,
    room: room.membership,
    me: who.me,
    role: who.role,
    online: new Set(here.map((person) => person.account)),
    links: ui.share.links,
    problem: ui.share.problem,
    copied: ui.share.copied,
    now: link.serverNow,
  };
}
