/**
 * Plays that the first picture left out (SPEC FX1): what is here without a gap, and how the rest is
 * read, page by page, when somebody wants it.
 */
import { learn } from "/js/kinds/feed.js";
import { api } from "../parts/identity.js";
import { h } from "../parts/view.js";

/** Pages in a row that did not fit: the game goes on while it is read. */
const TRIES = 5;

/** Rows without a gap between them; those before that are here as well, for their points, are not among them. */
export function withoutGap({ plays, earlier }) {
  if (!earlier) return plays;
  const [order, id] = earlier.before;
  return plays.filter(({ play }) => play.order > order || (play.order === order && play.id >= id));
}

/**
 * The button for older ones, beside the last of them. `left`: of those that are here.
 * @param {{state: any, ui: any, left: number, noun: string}} model @param {any} act
 */
export function olderView({ state, ui, left, noun }, act) {
  const count = left + (state.earlier?.count ?? 0);
  const problem = ui.olderProblem
    ? h("p", { class: "small bad", key: "older-problem", role: "alert" }, ui.olderProblem)
    : null;
  if (!count) return problem;
  return [
    problem,
    h(
      "button",
      {
        ...{ class: "button older", type: "button", key: "older", "data-testid": "older" },
        ...{ onclick: act.older, "aria-disabled": ui.readingOlder ? "true" : null },
      },
      ui.readingOlder ? `Reading older ${noun}` : `Older ${noun} (${count})`,
    ),
  ];
}

/**
 * Reads pages until there are as many rows as wanted, or nothing is left to read.
 * @param {any} feed the OpenFeed @param {(state: any) => boolean} enough
 */
export async function readOlder(feed, enough) {
  const { room, ui } = feed;
  if (ui.readingOlder) return ui.readingOlder;
  const reading = readPages(feed, enough).finally(() => feed.change({ readingOlder: null }));
  if (room.confirmed?.earlier) feed.change({ readingOlder: reading, olderProblem: null });
  return reading;
}

async function readPages(feed, enough) {
  const { room, roomId } = feed;
  let left = TRIES;
  try {
    for (let { earlier } = room.confirmed; earlier && left > 0 && !enough(room.confirmed); { earlier } = room.confirmed) {
      const page = await api("GET", `/feeds/${roomId}/plays?before=${earlier.before.join(".")}`);
      left = learn(room, { ...page, before: earlier.before }) ? TRIES : left - 1;
    }
    if (left === 0) throw new Error("The game moves too fast; try again in a moment.");
  } catch (error) {
    const away = error.status === 0;
    feed.change({ olderProblem: away ? "Older plays need the connection; try again when it is back." : error.message });
  }
}
