/**
 * What one does with the past: look at it, compare it, name it, bring some or all of it back, make a
 * new board of it. Looking changes only this page (`ui.past`, `ui.history`).
 */
import { api } from "../../parts/identity.js";
import { rememberBoard } from "../../parts/recent.js";
import { CHANGES_MAX, nameVersion, restore } from "../commands.js";
import { differenceRows, differenceSummary, overlayOf, rootsOf } from "./differences.js";
import { newestFirst } from "./named_versions.js";

const NOTHING = { compare: null, form: null };

/** @param {any} parts as of acts.js, and `machine` (time_machine.js) */
export function historyActs({
  room,
  ui,
  change,
  controller,
  history,
  machine,
  announcer,
  submit,
  stageOf,
  who,
}) {
  const part = (some) => change({ history: { ...ui.history, ...some } });

  function leave() {
    if (ui.past || ui.history.compare) change({ past: null, history: NOTHING });
  }

  /** Shows a version; while it is on its way, what was shown stays. */
  function show(version) {
    if (!ui.past) controller.abandon();
    const entry = history.entry(version);
    if (!entry && history.loaded) history.load();
    const state = ui.past?.state ?? null;
    change({ past: { version, entry, state, problem: null, loading: true } });
    machine.show(version, ({ state: found, problem = null }) => {
      if (ui.past?.version !== version) return;
      const shown = found ?? null;
      change({ past: { ...ui.past, state: shown, problem, loading: false } });
      stageOf()?.schedule();
    });
  }

  async function compare({ from, to }) {
    const [first, last] = from <= to ? [from, to] : [to, from];
    const wanted = { from: first, to: last, rows: null, overlay: [], chosen: new Set() };
    part({ compare: { ...wanted, problem: null }, form: null });
    show(last);
    let told;
    try {
      const [diff, state] = await Promise.all([
        api("GET", `/rooms/${room.id}/diff?from=${first}&to=${last}`),
        machine.at(last),
      ]);
      const rows = differenceRows(diff, state, who().me);
      told = { rows, overlay: overlayOf(diff, state, rows) };
    } catch (error) {
      told = { problem: error.message };
    }
    const now = ui.history.compare;
    if (!now || now.from !== first || now.to !== last || now.rows) return;
    part({ compare: { ...now, ...told } });
    announcer.say(told.problem ?? `Version ${first} to ${last}: ${differenceSummary(told.rows)}`);
    stageOf()?.schedule();
  }

  function choose(chosen) {
    part({ compare: { ...ui.history.compare, chosen } });
    stageOf()?.schedule();
  }

  return {
    olderHistory: () => history.load(),
    showPast: (version) => {
      if (ui.past?.version === version && !ui.history.compare) return leave();
      part(NOTHING);
      return show(version);
    },
    /** The slider: its last place is now. */
    scrub: (version) => {
      if (ui.history.compare || ui.history.form) part(NOTHING);
      if (version >= room.version) return leave();
      return show(Math.max(1, version));
    },
    leavePast: leave,
    restorePast: () => {
      const { version } = ui.past;
      leave();
      submit(restore(version));
      announcer.say(`Going back to version ${version}`);
    },

    // comparing
    compare,
    compareFrom: (version) => {
      const before = newestFirst(room.state.names).find((one) => one.version < room.version);
      const from = version < room.version ? version : (before?.version ?? room.version - 1);
      return compare({ from, to: room.version });
    },
    leaveCompare: leave,
    chooseDifference: (id, on) => {
      const chosen = new Set(ui.history.compare.chosen);
      if (on) chosen.add(id);
      else chosen.delete(id);
      choose(chosen);
    },
    chooseDifferences: (ids) => choose(new Set(ids)),
    restoreChosen: () => {
      const { from, chosen, rows } = ui.history.compare;
      const ids = rootsOf(rows, chosen);
      leave();
      for (let at = 0; at < ids.length; at += CHANGES_MAX)
        submit(restore(from, ids.slice(at, at + CHANGES_MAX)));
      announcer.say(`Bringing ${chosen.size === 1 ? "1 thing" : `${chosen.size} things`} back`);
    },

    // names and forks
    historyForm: (what, version) => {
      const same = ui.history.form?.what === what && ui.history.form.version === version;
      part({ form: what && !same ? { what, version, busy: false, problem: null } : null });
    },
    nameVersion: (version, name) => {
      part({ form: null });
      submit(nameVersion(version, name));
      announcer.say(name ? `Version ${version} is called ${name}` : `Version ${version} has no name now`);
    },
    fork: async (version, name) => {
      const { form } = ui.history;
      part({ form: { ...form, busy: true, problem: null } });
      try {
        const made = await api("POST", `/rooms/${room.id}/fork`, { name, version });
        rememberBoard(made.id, made.name);
        location.hash = `room=${made.id}`; // another board: the page loads anew
      } catch (error) {
        part({ form: { ...form, busy: false, problem: error.message } });
      }
    },
  };
}
