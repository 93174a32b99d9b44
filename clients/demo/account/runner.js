/**
 * State, drawing and acts of a page of accounts: one act at a time, what goes wrong is told beside
 * it.
 */
import { Announcer } from "../parts/announcer.js";
import { applyRememberedTheme } from "../parts/theme_switch.js";
import { frameScheduler, patch } from "../parts/view.js";

/**
 * @template State @param {State} initial @param {(state: State & Running, acts: any) => any} view
 * @typedef {{busy: string | null, problem: {where: string, text: string, code: string,
 *   incident: string | null} | null}} Running
 */
export function runPage(initial, view, makeActs) {
  applyRememberedTheme();
  const root = document.getElementById("page");
  const announcer = new Announcer();
  const state = { busy: null, problem: null, ...initial };
  const draw = frameScheduler(() => patch(root, view(state, acts)));
  const runner = {
    state,
    announcer,
    change(changes) {
      Object.assign(state, changes);
      draw();
    },
    /** Runs one act of the person; nothing else begins meanwhile. */
    async attempt(where, act) {
      if (state.busy) return false;
      runner.change({ busy: where, problem: null });
      try {
        await act();
        return true;
      } catch (error) {
        const { message: text, code = "", incident = null, detail = null } = error;
        runner.change({ problem: { where, text, code, incident, detail } });
        announcer.alert(text);
        return false;
      } finally {
        runner.change({ busy: null });
      }
    },
  };
  const acts = makeActs(runner);
  draw();
  return { runner, acts };
}
