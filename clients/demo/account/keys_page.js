/** Keys for programs: one's own, and those of the teams that one runs. State and acts. */
import { api } from "../parts/identity.js";
import { keysView } from "./keys.js";
import { runPage } from "./runner.js";
import { actsOf, begin } from "./signed_in_page.js";
import { runs } from "./team_rights.js";

const initial = {
  groups: null,
  teams: [],
  rooms: [],
  someBoards: false,
  madeKey: null,
  said: null,
  now: Date.now(),
};

/** The form lacks something that the browser does not ask for itself. */
class Incomplete extends Error {
  code = "incomplete";
}

const { acts, runner } = runPage(initial, keysView, (running) => {
  const { state, change } = running;
  const act = actsOf(running);
  const reload = async () => {
    const [{ keys }, { teams }] = await Promise.all([api("GET", "/keys"), api("GET", "/teams")]);
    const run = teams.filter((team) => runs(team.role));
    const own = new Set(keys.map((one) => one.id));
    const ofTeams = await Promise.all(
      run.map(async ({ id, name }) => {
        const { keys: all } = await api("GET", `/teams/${id}/keys`);
        return { team: id, name, keys: all.filter((one) => !own.has(one.id)) };
      }),
    );
    const others = ofTeams.filter((group) => group.keys.length > 0);
    change({ groups: [{ team: null, keys }, ...others], teams: run, now: Date.now() });
  };
  return {
    load: () => act("load", reload),
    toggle: (open) =>
      change({
        open: state.open === open ? null : open,
        problem: null,
        said: null,
        sure: null,
        someBoards: false,
      }),
    someBoards: (someBoards) =>
      act("making", async () => {
        change({ someBoards });
        if (someBoards) change({ rooms: (await api("GET", "/rooms?limit=100")).rooms });
      }),
    makeKey: (given) =>
      act("making", async () => {
        if (!given.scopes.length) throw new Incomplete("Tick at least one thing that it may do.");
        if (given.rooms?.length === 0) throw new Incomplete("Tick at least one board.");
        change({ madeKey: await api("POST", "/keys", given), open: null, someBoards: false });
        await reload();
      }),
    keptKey: () => change({ madeKey: null }),
    rotateKey: ({ id }, hours) =>
      act("rotate", async () => {
        const madeKey = await api("POST", `/keys/${id}/rotate`, { overlap_h: hours });
        change({ madeKey, open: null });
        await reload();
        scrollTo(0, 0);
      }),
    revokeKey: ({ id }) =>
      act(
        "keys",
        async () => {
          await api("DELETE", `/keys/${id}`);
          await reload();
        },
        "The key is revoked.",
      ),
  };
});

begin(runner, acts.load);
