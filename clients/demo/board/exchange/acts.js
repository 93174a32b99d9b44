/** What the drawer “Export and import” does. Files are made by works.js. */
import { api } from "../../parts/identity.js";
import { makePlays } from "../../plays/acts.js";
import { faultWords } from "./document.js";
import { exchangeModel, exchangeView } from "./drawer.js";
import { makeFile, printSheets } from "./works.js";

const WORDS = {
  json: "the board file",
  svg: "the drawing",
  png: "the picture",
  pdf: "the document",
  gif: "the moving picture",
  film: "the film",
};
const FILE_MAX = 4_194_304;

const nothingExchanged = () => ({
  busy: null,
  share: 0,
  problem: null,
  done: null,
  made: null,
  player: null,
  sheet: "set-up",
});

/**
 * The drawer, with what it does: for `ui.exchange`.
 * @param {{room: any, ui: any, change: (part: any) => void, announcer: any}} parts
 */
export function makeExchange(parts) {
  const own = exchangeActs(parts);
  const recorded = makePlays({
    get: () => parts.ui.exchange.plays,
    set: (plays) => parts.change({ exchange: { ...parts.ui.exchange, plays } }),
    announcer: parts.announcer,
    made: ({ id }) => location.assign(`/board.html#room=${id}`),
  });
  const view = (model, act) => exchangeView(exchangeModel(model), { ...act, ...own, recorded: recorded.view });
  return { ...nothingExchanged(), plays: recorded.plays, view };
}

function exchangeActs({ room, ui, change, announcer }) {
  const set = (part) => change({ exchange: { ...ui.exchange, ...part } });

  async function working(busy, run) {
    if (ui.exchange.busy !== null) return;
    set({ busy, share: 0, problem: null, done: null, made: null });
    try {
      const part = await run();
      set({ busy: null, ...part });
      if (part.done) announcer.say(part.done);
    } catch (error) {
      set({ busy: null, problem: error.message });
      announcer.alert(error.message);
    }
  }

  const job = () => ({
    name: room.name,
    state: ui.past?.state ?? room.state,
    sheet: ui.exchange.sheet,
    told: (share) => set({ share }),
  });

  return {
    exchange: set,
    exportAs: (what) =>
      working(WORDS[what], async () => ({ done: `Saved as ${await makeFile(what, job())}` })),
    printBoard: () =>
      working("the pages", async () => {
        printSheets(job());
        return {};
      }),
    importFile: (file) =>
      working("a board of the file", async () => {
        if (file.size > FILE_MAX) throw new Error("The file is larger than 4 MB: it is no board.");
        const made = await makeBoard(await file.text());
        const href = `/board.html#room=${made.id}`;
        return { done: `Made the board “${made.name}”`, made: { href, name: made.name } };
      }),
    makePlayerLink: () =>
      working("the link", async () => ({ player: playerLink(await watchLink(room.id)) })),
  };
}

/** Sent as it stands, so that the line that the server tells is a line of the file. */
async function makeBoard(text) {
  try {
    return await api("POST", "/rooms/document", new Blob([text]));
  } catch (error) {
    throw new Error(faultWords(error, text));
  }
}

/** A link to watch, which lets nobody in and does not end; made where there is none. */
async function watchLink(room) {
  const { invitations } = await api("GET", `/rooms/${room}/invitations`);
  const open = (one) => one.role === "watch" && one.expires === null;
  const found = invitations.find(open);
  return (found ?? (await api("POST", `/rooms/${room}/invitations`, { role: "watch" }))).link;
}

function playerLink(link) {
  return `${location.origin}/play.html#${new URL(link).hash.slice(1)}`;
}
