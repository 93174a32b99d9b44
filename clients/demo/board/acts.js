/**
 * What buttons, drawers and dialogs do. Each is a few lines; what needs thought is in the module
 * that owns it.
 */
import { copyText } from "../parts/clipboard.js";
import { api } from "../parts/identity.js";
import { shareRefusal } from "../parts/share_words.js";
import { configure, lock, lockBoard, newId, setAll } from "./commands.js";
import { rememberHand } from "./hand.js";
import { markActs } from "./marks/acts.js";
import { withTool } from "./ui.js";

const HOUR_MS = 3_600_000;
/** What the keyboard's pen takes for a pixel: it goes in steps of half a metre. */
const PEN_UNIT_MM = 20;

export function makeActs({
  room,
  touchline,
  ui,
  change,
  controller,
  drawing,
  work,
  past,
  fetched,
  announcer,
  submit,
  stageOf,
  redraw,
}) {
  const share = (part) => change({ share: { ...ui.share, ...part } });

  /** The dialog is an element of its own, fetched when it is first opened. */
  const openDialog = () => {
    share({ open: true, problem: null, copied: null });
    fetched.sharing.get().then((there) => {
      if (there) return;
      share({ open: false });
      announcer.toast("Sharing is not on this device yet; it comes with the next connection");
    });
    asking(loadLinks);
  };

  const openExchange = async () => {
    const there = await fetched.exchange.get();
    if (there && !ui.exchange)
      change({ exchange: there.makeExchange({ room, ui, change, announcer }) });
  };

  const openShelf = async () => {
    const there = await fetched.shelf.get();
    if (there && !ui.shelf)
      there.makeShelf({ room, ui, change, announcer, touchline, controller, submit });
  };

  /** Runs a request of the share dialog; what goes wrong is told there. */
  async function asking(run) {
    share({ problem: null });
    try {
      await run();
    } catch (error) {
      share({ problem: error.message });
    }
  }

  async function loadLinks() {
    if (room.role !== "owner") return;
    const { invitations } = await api("GET", `/rooms/${room.id}/invitations`);
    share({ links: Object.fromEntries(invitations.map((one) => [one.id, one.link])) });
  }

  /** A command of the share dialog, and then the addresses again. */
  const managing = (command) =>
    asking(async () => {
      const sent = submit(command, { keep: false });
      const answer = await sent?.settled;
      if (answer && !answer.accepted) throw new Error(shareRefusal(answer));
      await loadLinks();
    });

  const pen = {
    /** Where the keyboard draws; it begins in the middle, and shows from its first key on. */
    pen: () => ui.pen ?? (ui.tool === "select" ? null : [0, 0]),
    movePen: ([dx, dy]) => {
      const [x, y] = ui.pen ?? [0, 0];
      change({ pen: [x + dx, y + dy] });
      if (ui.tool === "laser") controller.pointed(ui.pen);
      else if (ui.penStart && ui.tool === "zone") drawing.draftZone(ui.penStart, ui.pen);
      else if (ui.penStart) drawing.draftStroke([ui.penStart, ui.pen]);
      else drawing.chain.hover(ui.pen);
      return true;
    },
    /** Places a thing, begins and ends a mark, ends what is pressed place by place. */
    penDown: () => {
      if (ui.chain && !ui.pen) return drawing.chain.finish(false);
      if (!ui.pen) change({ pen: [0, 0] });
      if (drawing.chains()) return drawing.chain.press(ui.pen, PEN_UNIT_MM);
      if (ui.tool === "laser" || ui.tool === "comment") return controller.pointed(ui.pen);
      const marks = ["line", "arrow", "zone", "measure"].includes(ui.tool);
      if (!marks) drawing.place(ui.pen);
      else if (ui.penStart) drawing.finishDraft();
      else change({ penStart: ui.pen });
    },
  };

  return {
    ...pen,
    ...markActs(
      { room, ui, change, controller, drawing, announcer, submit, stageOf },
      fetched.panels,
    ),
    redraw,
    drawer: (drawer) => {
      change({
        drawer,
        discarding: false,
        ...(drawer === "unsaved" ? { refusal: null } : {}),
        ...(drawer === "chat" ? { chatSeen: room.membership.chat.length } : {}),
      });
      if (drawer) fetched.panels.get();
      if (drawer === "exchange") openExchange();
      if (drawer === "shelf") openShelf();
      if (drawer === "history") past.open();
      else past.leave();
    },
    choose: (tool) => {
      controller.dropKeyboardDrag();
      const joins = tool === "link" ? [...ui.selection] : [];
      change({ ...withTool(ui, tool), refusal: null });
      if (joins.length > 1 && drawing.joinSelected(joins)) change(withTool(ui, "select"));
      if (tool !== "select") stageOf()?.querySelector("svg")?.focus({ preventScroll: true });
    },
    option: (part) => change({ options: { ...ui.options, ...part } }),
    fit: () => change({ look: { zoom: 1, centre: [0, 0] } }),
    help: () => change({ drawer: "settings" }),
    undo: () => controller.undo(),
    undoOf: (version) => {
      change({ refusal: null });
      controller.undo(version);
    },
    redo: () => controller.redo(),
    retryNow: () => touchline.retryNow(),
    selectAll: () => controller.select(controller.selectable()),
    /** @param {{onPitch?: boolean}} where only there, before one's eyes, it answers a conflict */
    escape: ({ onPitch = false } = {}) => {
      const [conflict] = onPitch && !ui.past ? work.conflicts() : [];
      if (ui.drag || ui.draft || ui.box || ui.reshaping) controller.abandon();
      else if (ui.chain) controller.abandon();
      else if (ui.textAt) change({ textAt: null });
      else if (conflict) work.decide(conflict, "theirs");
      else if (ui.refusal) change({ refusal: null });
      else if (past.escape()) return;
      else if (ui.bare) change({ bare: false });
      else if (ui.tool !== "select") change(withTool(ui, "select"));
      else if (ui.selection.size > 0) controller.select([]);
      else if (ui.drawer) change({ drawer: null });
    },

    // what is selected
    setProps: (set) => submit(setAll([...ui.selection], set)),
    lockSelected: (on) => {
      const ids = [...ui.selection].filter((id) => (room.state.objects[id]?.locked != null) !== on);
      if (ids.length > 0) submit(lock(ids, on));
    },
    deleteSelected: () => {
      controller.deleteSelected();
      // What had the focus is gone, or the button for it: keys go on from the pitch.
      stageOf()?.querySelector("svg")?.focus({ preventScroll: true });
    },
    whyFixed: (record) => controller.whyFixed(record),
    writeText: (text) => drawing.writeText(text),
    addLineUps: async () => {
      const there = await fetched.panels.get();
      if (there) submit(there.lineUps(room.state.settings));
      else announcer.toast("The players are not on this device yet; they come with the connection");
    },

    // the whole board
    rename: (name) => name.trim() && submit({ type: "room.rename", name: name.trim() }),
    configure: (settings) => submit(configure(settings)),
    readOut: (readout) => change({ readout }),
    leftHand: (leftHanded) => {
      rememberHand(leftHanded);
      change({ leftHanded });
    },
    lockBoard: (on) => submit(lockBoard(on)),
    sayInChat: ({ detail }) => submit({ type: "chat.say", text: detail.text }),

    // lost work
    decide: work.decide,
    bringBack: work.bringBack,
    dismissLost: work.dismissLost,
    retry: work.retry,
    discard: work.discard,
    /** Everything that is not saved is gone for good: it is asked once more. */
    discardAll: (items) => {
      if (!ui.discarding) return change({ discarding: true });
      change({ discarding: false });
      return items.forEach((item) => work.discard(item));
    },
    keepAll: () => change({ discarding: false }),
    dismissRefusal: () => change({ refusal: null }),

    // people and links
    openShare: openDialog,
    openShareFromMenu: () => {
      change({ drawer: null });
      openDialog();
    },
    closeShare: () => share({ open: false }),
    copyLink: ({ detail }) =>
      asking(async () => {
        await copyText(detail.address);
        share({ copied: detail.id });
        announcer.say("Link copied");
      }),
    createLink: ({ detail }) =>
      managing({
        type: "invitation.create",
        id: newId("i_", 11),
        role: detail.role,
        ...(detail.hours ? { expires: touchline.serverNow() + detail.hours * HOUR_MS } : {}),
      }),
    revokeLink: ({ detail }) => managing({ type: "invitation.revoke", id: detail.id }),
    rotateLink: ({ detail }) =>
      managing({ type: "invitation.rotate", id: detail.id, new: newId("i_", 11) }),
    setReadOnly: ({ detail }) => managing({ type: "room.read_only", on: detail.on }),
    setRole: ({ detail }) =>
      managing({ type: "member.role", member: detail.member, role: detail.role }),
    removeMember: ({ detail }) => managing({ type: "member.remove", member: detail.member }),
  };
}
