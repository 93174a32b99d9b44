/** The page for staff as a pure function of its state. */
import { frame, loading } from "../account/fields.js";
import { h } from "../parts/view.js";
import { blocksView } from "./blocks_view.js";
import { keysView, peopleView, teamsView } from "./lists_view.js";
import { limitsView } from "./limits_view.js";
import { personView } from "./person_view.js";
import { recordsView } from "./records_view.js";
import { linkTo, PAGES } from "./route.js";
import { siteView } from "./site_view.js";
import { teamView } from "./team_view.js";

const TITLE = "Administration";
const VIEWS = {
  people: (state, acts) => (state.route.id ? personView(state, acts) : peopleView(state, acts)),
  teams: (state, acts) => (state.route.id ? teamView(state, acts) : teamsView(state, acts)),
  records: recordsView,
  limits: limitsView,
  blocks: blocksView,
  keys: keysView,
  site: siteView,
};

export function adminView(state, acts) {
  if (state.overview === null) {
    const { where, code } = state.problem ?? {};
    const foreign = where === "load" && ["forbidden", "not_found"].includes(code);
    return frame(TITLE, foreign ? notForYou() : loading(state, acts.load));
  }
  return frame(
    TITLE,
    h(
      "nav",
      { class: "tabs", key: "tabs", "aria-label": "Parts" },
      PAGES.map((one) => tab(state, one)),
    ),
    h(
      "div",
      { class: "sections admin", key: `${state.route.page} ${state.route.id ?? ""}` },
      VIEWS[state.route.page](state, acts),
    ),
  );
}

function tab(state, [name, label]) {
  const here = state.route.page === name;
  return h("a", { key: name, href: linkTo(name), "aria-current": here ? "page" : null }, label);
}

function notForYou() {
  return h(
    "p",
    { class: "notice", key: "foreign", "data-testid": "foreign" },
    "This page is for the staff of this site.",
  );
}
