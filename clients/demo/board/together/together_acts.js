/** What the buttons of this folder do. */
import { add, newId, remove, setProps } from "../commands.js";
import { mayAdd } from "../rights.js";
import { withTool } from "../ui.js";
import { GATHER_MS, ownView } from "./places.js";
import { canPin } from "./threads.js";

const ID_LENGTH = 18;

/**
 * @param {{room: any, ui: any, change: (part: any) => void, controller: any, who: () => any, follower:
 * any, serverNow: () => number, now: () => number, announcer: any, after: (run: () => void) => void}}
 * parts
 */
export function makeTogetherActs(parts) {
  return { ...peopleActs(parts), ...commentActs(parts) };
}

function peopleActs({ room, ui, change, controller, who, follower, serverNow, now, announcer }) {
  let ending = 0;
  return {
    follow: (account) => follower.follow(account),
    /** An avatar was pressed: follow, or no more. */
    pressPerson: (account) => {
      if (account === who().me) change({ drawer: ui.drawer === "here" ? null : "here" });
      else follower.follow(ui.following?.account === account ? null : account);
    },
    goThere: () => follower.goThere(),
    goBack: () => follower.goBack(),
    stayHere: () => follower.stay(),
    bare: (bare) => change({ bare, drawer: null }),
    present: (on) => {
      controller.submit({ type: "present", on }, { keep: false });
      announcer.say(on ? "You present; everyone follows you" : "Nobody presents now");
    },
    gather: () => {
      if (room.phase !== "live")
        return void controller.refuse({
          anchor: null,
          text: "You are offline: nobody would hear. Call again when you are live.",
          action: null,
        });
      const { at, zoom, phase } = ownView(ui, now(), room.state);
      room.presence("gather", { type: "gather", at, zoom, phase, n: Math.round(serverNow()) });
      clearTimeout(ending);
      ending = setTimeout(() => room.presence("gather", null), GATHER_MS);
      announcer.say("Everyone is brought here");
    },
  };
}

function commentActs({ room, ui, change, controller, who, announcer, after }) {
  const objects = () => room.state.objects;
  const open = (id, hand = true) => {
    const about = objects()[id]?.props.pin;
    if (hand && objects()[about]) controller.select([about]);
    change({ drawer: "comments", thread: id, remark: null });
    after(() => {
      const row = document.querySelector(`[data-thread="${CSS.escape(id)}"]`);
      row?.scrollIntoView({ block: "nearest" });
      if (hand) (row?.querySelector("input") ?? row)?.focus({ preventScroll: true });
    });
  };
  const say = (id, props) =>
    controller.submit(add([{ id, sort: "comment", props }]));
  const begin = (remark) =>
    change({ ...withTool(ui, "select"), drawer: "comments", remark, thread: null, refusal: null });

  return {
    beginComment: begin,
    openThread: open,
    showSettled: (settled) => change({ settled }),
    dropComment: () => change({ remark: null }),
    /** About what is selected; else the next press says about what. */
    comment: () => {
      if (!mayAdd(who(), "comment"))
        return void change({ drawer: "comments" });
      const [id] = ui.selection;
      if (ui.selection.size === 1 && canPin(objects()[id]))
        begin({ about: id, at: objects()[id].props.at });
      else change({ ...withTool(ui, "comment"), refusal: null });
    },
    writeComment: (text) => {
      const { about, at } = ui.remark;
      const id = newId("o_", ID_LENGTH);
      const record = about && objects()[about];
      const pin = record ? { pin: about, at: record.props.at ?? at } : { at };
      say(id, { ...pin, text });
      announcer.say("Comment added");
      change({ remark: null });
      open(id, false);
    },
    reply: (thread, text) => {
      const record = objects()[thread];
      if (!record) return;
      say(newId("o_", ID_LENGTH), { at: record.props.at, pin: thread, text });
      announcer.say("Reply added");
    },
    settle: (id, done) => {
      controller.submit(setProps([{ id, set: { done } }]));
      announcer.say(done ? "Comment done" : "Comment open again");
      change({ thread: null });
    },
    deleteComment: (id) => {
      controller.submit(remove([id]));
      announcer.say("Comment deleted");
    },
  };
}
