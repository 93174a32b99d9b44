/** What the commissioner can do; everybody is told each act with the reason that was typed. */
import { moved } from "./lists.js";
import { inParts, NOTHING_READ, readPool } from "./pool_file.js";
import { madeUp } from "./pool_maker.js";
import { settingsOf } from "./reading.js";

const FILE_BYTES_MAX = 30_000_000;
const MADE_UP = 300;

/** @param {any} draft the OpenDraft */
export function officeActs(draft) {
  const { room, ui, announcer } = draft;
  const change = (part) => draft.change(part);
  const send = (command, anchor = "office") => {
    change({ refusal: null, sure: null });
    return room.submit(command, { keep: false, local: { anchor } });
  };
  /** With the reason, which is for one act. */
  const say = (command, anchor) => {
    const reason = ui.reason.trim();
    change({ reason: "" });
    return send({ ...command, ...(reason ? { reason } : {}) }, anchor);
  };
  const now = () => room.confirmed.turn?.version ?? 0;
  /** What cannot be undone is asked for twice. */
  const twice = (what, run) => (ui.sure === what ? run() : change({ sure: what }));

  async function put(players) {
    const parts = inParts(players);
    const answers = await Promise.all(parts.map((part) => send({ type: "pool.add", players: part }, "pool-file").settled));
    const wrong = answers.find((one) => !one.accepted && one.code !== "nothing_changes");
    if (!wrong) announcer.say(`${players.length} players are in the pool`);
    change({ file: null });
  }

  return {
    openOffice: (name, open) => {
      if (open && ui.office !== name && name === "hooks") draft.act.loadHooks();
      if (open) change({ office: name });
      else if (ui.office === name) change({ office: null });
    },
    setReason: (reason) => change({ reason }),
    start: () => send({ type: "draft.start" }, "start"),
    pause: () => say({ type: "draft.pause" }),
    resume: (clock) => say({ type: "draft.resume", clock }),
    moreTime: (add_s) => say({ type: "office.clock", turn: now(), add_s }),
    force: () => say({ type: "office.force", turn: now() }),
    skip: (back) => say({ type: "office.skip", turn: now(), back }),
    sellNow: () => say({ type: "office.sell", turn: now() }),
    nominator: (seat) => say({ type: "office.nominator", turn: now(), seat }),
    pauseBefore: (before) => say({ type: "draft.pause", before }),
    pickFor: (player, price) => say({ type: "office.pick", turn: now(), player, ...(price === null ? {} : { price }) }),
    bidFor: (seat, price) => say({ type: "office.bid", turn: now(), seat, price }),
    undo: (to) => say({ type: "office.undo", ...(to === null ? {} : { to }) }, to === null ? "office" : "past"),
    unsell: (n) => say({ type: "office.unsell", n }, "past"),
    openReplace: (n) => change({ replacing: ui.replacing === n ? null : n }),
    replace: (n, player) => {
      say({ type: "office.replace", n, player: idOf(room.state, player) }, "past");
      change({ replacing: null });
    },
    reset: () => twice("reset", () => say({ type: "draft.reset" }, "past")),
    setTrade: (part) => change({ trade: { ...ui.trade, ...part } }),
    trade: (trade) => say({ type: "office.trade", ...trade }, "trade"),
    keep: (seat, player, cost) => say({ type: "keeper.set", seat, player: idOf(room.state, player), ...cost }, "keepers"),
    unkeep: (player) => say({ type: "keeper.remove", player }, "keepers"),
    setSeat: (seat, part) => say({ type: "seat.set", seat, ...part }, room.state.phase === "waiting" && ui.office !== "teams" ? "seats" : "teams"),
    setCommissioner: (member, on) => {
      const run = () => send({ type: "member.role", member, role: on ? "owner" : "editor" }, "people");
      return on ? run() : twice(`office ${member}`, run);
    },
    computers: (seats) => seats.forEach((seat) => send({ type: "seat.set", seat, cpu: true }, "seats")),
    moveInOrder: (seat, by) => say({ type: "order.set", order: moved(room.state.order, seat, by) }, "teams"),
    setOrder: (order) => say({ type: "order.set", order }, "start"),
    configure: (settings, again) => say({ type: "draft.configure", settings, ...(again ? { now: true } : {}) }, "settings"),

    badSettings: (text) => draft.refuse("settings", text),

    // players
    readFile: async (file) => {
      if (!file) return;
      if (file.size > FILE_BYTES_MAX) {
        change({ file: { name: file.name, ...NOTHING_READ, problem: "The file is larger than 30 MB." } });
        return;
      }
      const text = await file.text();
      change({ file: { name: file.name, text, chosen: {}, ...readPool(text) } });
    },
    mapFile: (field, column) => {
      const { name, text, chosen } = ui.file;
      const now = { ...chosen, [field]: column };
      change({ file: { name, text, chosen: now, ...readPool(text, now) } });
    },
    putFile: () => put(ui.file.players),
    forgetFile: () => change({ file: null }),
    makeUp: () => put(madeUp(settingsOf(room.state).slots, Math.max(MADE_UP, room.state.cells.length + 60))),
    clearPool: () => twice("clear", () => send({ type: "pool.clear" }, "pool-file")),
  };
}

/** A player as somebody typed: an id, or a name that only one has. */
export function idOf({ pool }, typed) {
  const text = typed.trim();
  if (pool[text]) return text;
  const named = Object.values(pool).filter(([, name]) => name.toLowerCase() === text.toLowerCase());
  return named.length === 1 ? named[0][0] : text;
}
