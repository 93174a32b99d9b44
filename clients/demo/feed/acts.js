/** What a person can do with a game: look, filter, see it later, talk, share. */
import { api } from "../parts/identity.js";
import { rememberRoom } from "../parts/recent.js";
import { shareActs } from "../parts/share_acts.js";
import { DELAY_MAX_S } from "./delay_view.js";
import { readOlder, withoutGap } from "./older.js";
import { withMine } from "./reactions.js";
import { filterOf } from "./reading.js";
import { everything, keepMyPlayers, MORE, SHOWN } from "./ui.js";
import { asOf } from "./watching.js";

/** @param {any} feed the OpenFeed */
export function makeActs(feed) {
  const { room, ui, touchline, announcer } = feed;
  const change = (part) => feed.change(part);
  /** Only what is wanted is sent, if that is wished; else the room comes whole. */
  const want = (wanted, only = ui.only) => {
    const filter = filterOf(wanted);
    change({ wanted, only: only && filter !== null, shown: SHOWN });
    room.want(ui.only ? filter : null);
    if (!ui.only && JSON.stringify(wanted) !== JSON.stringify(everything())) void readAll();
  };
  /** What is picked out of a game is picked out of all of it. */
  const readAll = () => readOlder(feed, () => false);
  const watch = async (body) => {
    if (ui.moving) return;
    change({ moving: true, refusal: null });
    try {
      await api("POST", `/feeds/${feed.roomId}/watch`, body);
    } catch (error) {
      feed.refuse("delay", error.message);
    }
    change({ moving: false });
  };
  return {
    want: (part) => want({ ...ui.wanted, ...part }),
    wantAll: () => want(everything()),
    only: (only) => want(ui.wanted, only),
    follows: (player, on) => {
      const others = ui.mine.filter((one) => one !== player);
      const mine = keepMyPlayers(on ? [...others, player] : others);
      change({ mine });
      if (ui.wanted.mine) want({ ...ui.wanted, mine: mine.length ? mine : null });
    },
    pause: () => watch({ speed: 0 }),
    watchAt: (speed) => watch({ speed }),
    back: (seconds) => watch({ speed: feed.watching?.speed ?? 1, at: Math.max(0, Math.round(asOf(feed.watched()) - 1_000 * seconds)) }),
    watchFrom: (play) => watch({ speed: feed.watching?.speed || 1, play }),
    watchAll: async () => {
      await readAll();
      const first = room.state.plays.find(({ play }) => !play.deleted);
      if (first && !room.state.earlier) await watch({ speed: feed.watching?.speed || 1, play: first.play.id });
    },
    live: () => watch({}),
    react: (sign) => {
      const { link } = room.sender;
      const reactions = withMine(ui.reactions, Date.now());
      if (reactions === null || room.phase !== "live" || link.pacer().waitMs() > 0) return;
      // not by `presence`, which says again after a break what it has said last
      if (!link.send("react", { type: "react", sign })) return;
      link.pacer().take();
      change({ reactions });
    },
    older: () => {
      const shown = ui.shown + MORE;
      change({ shown });
      void readOlder(feed, (state) => withoutGap(state).length >= shown);
    },
    whole: () => void readAll(),
    side: (side) => {
      change({ side, refusal: null, delay: null });
      if (side === "chat") change({ chatSeen: room.membership.chat.length });
    },
    holdDelay: (seconds) => change({ delay: seconds }),
    setDelay: (seconds) => {
      const wanted = Math.max(0, Math.min(DELAY_MAX_S, Math.round(seconds)));
      change({ delay: null, refusal: null });
      if (wanted !== feed.delay) room.submit({ type: "delay.set", seconds: wanted }, { keep: false, local: { anchor: "delay" } });
    },
    lookAt: (id) => change({ moment: ui.moment === id ? null : id }),
    toBoard: async (id) => {
      change({ makingBoard: id, boardProblem: null });
      try {
        const made = await api("POST", `/feeds/${feed.roomId}/board`, { item: id });
        rememberRoom({ id: made.id, name: made.name, kind: "board" });
        location.assign(`/board.html#room=${made.id}`);
      } catch (error) {
        const away = error.status === 0;
        change({ boardProblem: away ? "A board needs the connection; try again when it is back." : error.message });
        announcer.alert(ui.boardProblem);
      } finally {
        change({ makingBoard: null });
      }
    },
    sayInChat: ({ detail }) => room.submit({ type: "chat.say", text: detail.text }),
    retryNow: () => touchline.retryNow(),
    ...shareActs({ room, ui, change, announcer, touchline, roomId: feed.roomId }),
  };
}
