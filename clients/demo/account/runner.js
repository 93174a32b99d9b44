/**
 * State, drawing and acts of a page of accounts: one act at a time, what goes wrong is told beside
 * it, and the focus is never lost.
 */
import { Announcer } from "../parts/announcer.js";
import { applyRememberedTheme } from "../parts/theme_switch.js";
import { promptScheduler, patch } from "../parts/view.js";

/**
 * @template State
 * @typedef {{busy: string | null, open: string | null, sure: string | null, problem: {where:
 *   string, text: string, code: string, incident: string | null} | null}} Running
 * @param {State} initial @param {(state: State & Running, acts: any) => any} view
 */
export function runPage(initial, view, makeActs) {
  applyRememberedTheme();
  const root = document.getElementById("page");
  const announcer = new Announcer();
  const state = { busy: null, problem: null, open: null, sure: null, ...initial };
  const focus = new Focus(root);
  const draw = promptScheduler(() => {
    patch(root, view(state, acts));
    focus.follow(state);
  });
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
      runner.change({ busy: where, problem: null, sure: null });
      try {
        await act();
        return true;
      } catch (error) {
        runner.tell(where, error);
        return false;
      } finally {
        runner.change({ busy: null });
      }
    },
    /** Something went wrong with what the person wanted there. */
    tell(where, error) {
      if (!(error instanceof Error) || !("code" in error)) reportError(error);
      const { message: text, code = "", incident = null, detail = null } = error;
      runner.change({ problem: { where, text, code, incident, detail } });
      announcer.alert(text);
    },
    async copy(text, said) {
      try {
        await navigator.clipboard.writeText(text);
        announcer.toast(said);
      } catch {
        // No clipboard without TLS, and none for whoever forbids it.
        announcer.toast("Select it and copy it by hand: this browser does not let pages do it.");
      }
    },
  };
  const acts = {
    sure: (id) => runner.change({ sure: id }),
    copy: runner.copy,
    ...makeActs(runner),
  };
  draw();
  return { runner, acts };
}

/**
 * Where the focus goes when what had it is gone: to the field that is wrong, to what opened a form,
 * to the heading.
 */
class Focus {
  #open = null;
  #sure = null;
  #problem = null;

  constructor(root) {
    this.root = root;
  }

  follow({ open, sure, problem }) {
    if (problem && problem !== this.#problem)
      this.root.querySelector('[aria-invalid="true"]')?.focus();
    // What was drawn with `autofocus` takes it in a moment.
    const [before, asked] = [this.#open, this.#sure];
    queueMicrotask(() => {
      if (document.activeElement !== document.body) return;
      const opener = (open === null && before) || (sure === null && asked);
      if (opener) this.#to(opener);
    });
    [this.#open, this.#sure, this.#problem] = [open, sure, problem];
  }

  #to(opener) {
    const found = document.getElementById(opener) ?? document.getElementById(`${opener}-edit`);
    (found ?? this.root.querySelector("h1"))?.focus();
  }
}
