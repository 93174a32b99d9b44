/** The libraries that one can see, and a new one: talks to the server for list_view.js. */
import { api } from "../parts/identity.js";
import { fetchLibraries, knownLibraries, rememberLibrary } from "../parts/known_libraries.js";
import { frameScheduler, patch } from "../parts/view.js";
import { listView } from "./list_view.js";
import { inOrder } from "./reach.js";

export function openList({ page, announcer, me, acts }) {
  const known = knownLibraries();
  const state = {
    me,
    libraries: known.length > 0 ? inOrder(known) : null,
    teams: [],
    problem: null,
    busy: false,
    away: false,
  };
  const draw = frameScheduler(() => patch(page, listView(state, act)));
  const change = (part) => {
    Object.assign(state, part);
    draw();
  };

  async function load() {
    try {
      change({ libraries: inOrder(await fetchLibraries()), away: false });
      if (me.kind === "account") change({ teams: (await api("GET", "/teams")).teams });
    } catch (error) {
      if (error.status === 401) return acts.signInAgain();
      change({ away: true, libraries: state.libraries ?? [] });
    }
  }

  const act = {
    reload: load,
    create: async ({ name, team }) => {
      if (state.busy) return;
      change({ busy: true, problem: null });
      try {
        const body = { kind: "library", name, ...(team ? { team } : {}) };
        const made = await api("POST", "/rooms", body);
        const reach = team ? "team" : "private";
        rememberLibrary({ ...made, reach, team: team || null });
        location.href = `/library.html#room=${made.id}`;
      } catch (error) {
        change({ busy: false, problem: error.message });
        announcer.alert(error.message);
      }
    },
  };

  document.title = "Libraries · Touchline";
  draw();
  load();
  addEventListener("online", load);
  document.addEventListener("visibilitychange", () => !document.hidden && load());
}
