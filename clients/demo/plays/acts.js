/** Recorded play as a new board: files are read by the server, looked at, and made a board. */
import { api } from "../parts/identity.js";
import { packed } from "./packing.js";
import { playsView } from "./view.js";
import { FILES_MAX, nothingWanted, requestOf, SENT_MAX, timesProblem, wantedAfter } from "./wanted.js";
import { holdsWords, oddWords, refusalWords } from "./words.js";

const nothingThere = () => ({
  /** As they are called here. @type {string[]} */
  names: [],
  files: [],
  busy: null,
  problem: null,
  /** What can be tried again. @type {"read" | "make" | null} */
  failed: null,
  held: null,
  wanted: nothingWanted(),
});

/**
 * @param {{get: () => any, set: (plays: any) => void, announcer: any, made: (room: any) => void}}
 *   parts where the state is kept, and what is done with a board that was made
 * @returns {{plays: any, view: (plays: any) => any}} the state to begin with, and its view
 */
export function makePlays({ get, set, announcer, made }) {
  const change = (part) => set({ ...get(), ...part });
  let turn = 0;

  /** Only the answer to the latest question counts. */
  async function attempt(busy, run) {
    turn += 1;
    const mine = turn;
    change({ busy, problem: null, failed: null });
    try {
      const part = await run();
      if (mine === turn) change({ busy: null, ...part });
      return mine === turn;
    } catch (error) {
      if (mine !== turn) return false;
      const problem = refusalWords(error);
      change({ busy: null, problem, failed: mayPass(error) ? busy : null });
      announcer.alert(problem);
      return false;
    }
  }

  function timesAreWrong() {
    const problem = timesProblem(get().wanted);
    if (!problem) return false;
    turn += 1;
    change({ busy: null, problem, failed: null });
    announcer.alert(problem);
    return true;
  }

  async function look() {
    const { files, held, wanted } = get();
    if (timesAreWrong()) return;
    const known = await attempt("read", async () => {
      const found = await api("POST", "/rooms/play/look", requestOf(files, held, wanted));
      return { held: found, wanted: { ...get().wanted, play: found.play } };
    });
    if (known) {
      const odd = oddWords(get().held.odd).length;
      announcer.say(`${get().held.name}: ${holdsWords(get().held)}${odd ? `; ${odd} oddities` : ""}`);
    }
  }

  const acts = {
    /** @param {File[]} chosen */
    choose: async (chosen) => {
      if (chosen.length === 0) return;
      change({ ...nothingThere(), names: chosen.map(({ name }) => name) });
      const ready = await attempt("read", async () => ({ files: await packedAll(chosen) }));
      if (ready) await look();
    },
    want: (part) => {
      change({ wanted: wantedAfter(get().wanted, part) });
      if (!("name" in part)) look();
    },
    again: () => (get().failed === "make" ? acts.make() : look()),
    forget: () => {
      turn += 1;
      change(nothingThere());
    },
    make: async () => {
      const { files, held, wanted } = get();
      if (timesAreWrong()) return;
      const name = wanted.name.trim() || null;
      const body = { ...requestOf(files, held, wanted), name };
      let room = null;
      await attempt("make", async () => {
        room = (await api("POST", "/rooms/play", body)).room;
        return {};
      });
      if (room) made(room);
    },
  };
  return { plays: nothingThere(), view: (plays) => playsView(plays, acts) };
}

/** Whether the same may go well another time: no connection, too often, a server that is busy. */
function mayPass({ status }) {
  return status === 0 || status === 429 || status >= 500;
}

/** @param {File[]} chosen */
async function packedAll(chosen) {
  if (chosen.length > FILES_MAX) throw new Error(`Choose ${FILES_MAX} files at most.`);
  const files = [];
  for (const file of chosen) files.push(await packed(file));
  const sent = files.reduce((sum, { content }) => sum + content.length, 0);
  if (sent > SENT_MAX) throw new Error("These files are larger than the server takes. Cut them.");
  return files;
}
