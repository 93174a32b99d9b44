/** Rankings and ADP out of a file, for players of the pool: looked at by the server, then put there. */
import { api } from "../parts/identity.js";
import { NOTHING_READ } from "./pool_file.js";

const ODD = {
  not_in_the_pool: "not in the pool",
  same_name: "several have this name",
  duplicate_id: "was there already",
  out_of_range: "a number is out of range",
  cells_missing: "cells are missing",
  cells_over: "there are too many cells",
};

/** "line 7: not in the pool"; how many more there are. @returns {string[]} */
function oddLines(what, count, examples) {
  const words = ODD[what] ?? what.replaceAll("_", " ");
  const lines = examples.map((where) => `${where}: ${words}`);
  return count > lines.length ? [...lines, `${count - lines.length} more: ${words}`] : lines;
}

/** @param {any} draft the OpenDraft */
export function rankActs(draft) {
  const { ui, announcer, roomId } = draft;
  const change = (part) => draft.change(part);
  /** Rankings are read by the server, which knows the pool; `look`: nothing changes yet. */
  async function ranked({ name, text, chosen }, look) {
    try {
      const read = await api("POST", `/drafts/${roomId}/rankings`, { name, content: text, columns: chosen, look });
      if (!look) announcer.say(`${read.players} players have other numbers`);
      const odd = Object.entries(read.odd).flatMap(([what, { count, examples }]) => oddLines(what, count, examples));
      const shown = { ...read, odd, players: read.first, count: read.players, problem: null };
      change({ ranks: look ? { name, text, chosen, ...shown } : null });
    } catch (error) {
      const problem = error.detail?.why ?? error.message;
      change({ ranks: { name, text, chosen, ...NOTHING_READ, problem } });
    }
  }

  return {
    readRanks: async (file) => {
      if (file) await ranked({ name: file.name, text: await file.text(), chosen: {} }, true);
    },
    mapRanks: (field, column) => ranked({ ...ui.ranks, chosen: { ...ui.ranks.chosen, [field]: column } }, true),
    putRanks: () => ranked(ui.ranks, false),
    forgetRanks: () => change({ ranks: null }),
  };
}
