/**
 * The site for its staff: people, teams, records, limits, blocks, keys. State and acts; what it
 * looks like is in the views beside it.
 */
import { runPage } from "../account/runner.js";
import { actsOf, begin, download } from "../account/signed_in_page.js";
import { api, storedIdentity } from "../parts/identity.js";
import { adminView } from "./admin_view.js";
import { personActs } from "./person_acts.js";
import { linkTo, routeOf } from "./route.js";
import { siteActs } from "./site_acts.js";

const initial = {
  route: routeOf(location.hash),
  overview: null,
  /** The account of whoever looks. */
  me: null,
  actions: {},
  /** Of the lists by their name: what is shown, and where more begins. */
  lists: {},
  shown: null,
  limits: null,
  looked: null,
  link: null,
  said: null,
};

const LISTS = {
  people: ["/admin/users", "users"],
  teams: ["/admin/teams", "teams"],
  records: ["/admin/audit", "records"],
  blocks: ["/admin/blocks", "blocks"],
  keys: ["/admin/keys", "keys"],
};
const ONE = { people: "/admin/users", teams: "/admin/teams" };

/** @param {Record<string, any>} asked */
function query(asked) {
  const given = Object.entries(asked).filter(([, value]) => value !== "" && value != null);
  return new URLSearchParams(given).toString();
}

/** What a filter of the page asks of the server: days become times. */
function asked({ since, until, ...rest }) {
  const at = (day, more) => day && new Date(`${day}T00:00`).getTime() + more;
  return { ...rest, since: at(since, 0), until: at(until, 86_400_000 - 1) };
}

const { acts, runner } = runPage(initial, adminView, (running) => {
  const { state, change } = running;
  const act = actsOf(running);

  async function list(name, cursor = null) {
    const [path, field] = LISTS[name];
    const page = await api(
      "GET",
      `${path}?${query({ ...asked(state.route.filter), limit: 50, cursor })}`,
    );
    const before = cursor ? state.lists[name].items : [];
    const found = { items: [...before, ...page[field]], next: page.next };
    change({ lists: { ...state.lists, [name]: found } });
  }

  /** Everything that the part in sight needs, anew. */
  async function reload() {
    const { page, id } = state.route;
    if (page === "limits") change({ limits: await api("GET", "/admin/limits") });
    else if (page === "site") {
      const [overview, { invitations }] = await Promise.all([
        api("GET", "/admin/overview"),
        api("GET", "/admin/invitations"),
      ]);
      const lists = { ...state.lists, invitations: { items: invitations, next: null } };
      change({ overview, lists });
    }
    else if (id && ONE[page]) change({ shown: await api("GET", `${ONE[page]}/${id}`) });
    else await list(page);
  }

  return {
    load: () =>
      act("load", async () => {
        if (state.overview === null) {
          const [overview, { actions }] = await Promise.all([
            api("GET", "/admin/overview"),
            api("GET", "/admin/audit/actions"),
          ]);
          change({ overview, actions, me: storedIdentity()?.account ?? null });
        }
        await reload();
      }),
    go: () => {
      const route = routeOf(location.hash);
      const same = route.page === state.route.page && route.id === state.route.id;
      change({ route, problem: null, said: null, open: null, sure: null, link: null });
      if (!same) change({ shown: null, looked: null, lists: {} });
      return acts.load();
    },
    filter: (page, given) => {
      location.hash = linkTo(page, given);
    },
    more: (name) => act(name, () => list(name, state.lists[name].next)),
    toggle: (open) =>
      change({
        open: state.open === open ? null : open,
        problem: null,
        said: null,
        sure: null,
        link: null,
      }),
    download,
    ...personActs({ act, change, state, reload }),
    ...siteActs({ act, change, state, reload, download }),
  };
});

addEventListener("hashchange", () => acts.go());
begin(runner, acts.load);
