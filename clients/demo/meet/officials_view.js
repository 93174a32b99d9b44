/** Who has which office in the meet: the chief registrar gives them. Pure. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { OFFICES } from "./words.js";

export function officialsView({ state, room, names, ui }, act) {
  const members = Object.entries(room.membership.members ?? {}).map(([account, one]) => ({ account, role: typeof one === "string" ? one : one.role }));
  const clubs = [...new Set(state.athletes.map(({ club }) => club).filter(Boolean))].sort();
  return h(
    "section",
    { class: "panel", key: "people", "aria-labelledby": "people-title" },
    h(
      "header",
      {},
      h("h2", { id: "people-title" }, "Offices"),
      h("button", { class: "button plain square", type: "button", "aria-label": "Close", onclick: () => act.side(null) }, icon("close")),
    ),
    h(
      "div",
      { class: "scroll stack" },
      h("p", { class: "quiet small" }, "Owners are chief registrars. A coach registers the own club's athletes, an athlete oneself, while registration is open."),
      ui.refusal?.anchor === "people" ? h("p", { class: "notice bad-edge", role: "alert" }, ui.refusal.text) : null,
      h(
        "ul",
        { class: "stack officials" },
        members.map(({ account, role }) => memberView({ account, role, name: names[account] ?? account, state, clubs }, act)),
      ),
    ),
  );
}

function memberView({ account, role, name, state, clubs }, act) {
  const own = state.officials.find((one) => one.account === account) ?? { account, office: "viewer" };
  if (role === "owner") return h("li", { key: account }, h("b", {}, name), h("span", { class: "quiet small" }, " Chief registrar"));
  const choose = (label, value, options, onchange) =>
    h(
      "label",
      { class: "field" },
      h("span", { class: "unseen" }, `${label} of ${name}`),
      h("select", { class: "input", ".value": value, onchange: (event) => onchange(event.target.value) }, options.map(([one, words]) => h("option", { value: one, key: one }, words))),
    );
  const firstAthlete = state.athletes[0]?.id ?? "";
  const give = (office) => {
    if (office === "coach") return act.office({ account, office, club: own.club || clubs[0] || "" });
    if (office === "athlete") return act.office({ account, office, athlete: own.athlete || firstAthlete });
    return act.office({ account, office });
  };
  return h(
    "li",
    { key: account, class: "stack" },
    h("b", {}, name),
    choose("Office", own.office, Object.entries(OFFICES), give),
    own.office === "coach" ? choose("Club", own.club ?? "", [["", "No club"], ...clubs.map((club) => [club, club])], (club) => act.office({ ...own, club })) : null,
    own.office === "athlete" ? choose("Athlete", own.athlete ?? "", state.athletes.map((one) => [one.id, one.name]), (athlete) => act.office({ ...own, athlete })) : null,
  );
}
