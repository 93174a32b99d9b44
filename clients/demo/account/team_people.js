/** Who is in a team, as what. Pure. */
import { h } from "../parts/view.js";
import { grave, problem, when } from "./fields.js";
import { section } from "./section.js";
import { givable, mayChange, mayEnd } from "./team_rights.js";
import { ROLES } from "./team_words.js";

export function people(state, acts) {
  const { team } = state;
  return section(state, {
    id: "people",
    title: "People",
    said: ["people"],
    acts,
    body: [
      problem(state, "people"),
      h(
        "ul",
        { class: "list", key: "list" },
        team.members.map((one) => person(one, state, acts)),
      ),
    ],
  });
}

function person(one, state, acts) {
  const own = state.team.role;
  const isMe = one.account === state.me?.account;
  const may = !isMe && mayChange(own, one.role);
  return h(
    "li",
    { key: one.account },
    h(
      "div",
      { class: "grow" },
      h("p", { class: "cut" }, h("b", {}, one.name), isMe ? " (you)" : ""),
      h("p", { class: "quiet small" }, `since ${when(one.joined_at)}`),
    ),
    may ? roleOf(one, own, acts) : h("span", { class: "quiet" }, ROLES[one.role]),
    may ? [handOver(one, own, state, acts), remove(one, state, acts)] : null,
  );
}

function roleOf(one, own, acts) {
  return h(
    "select",
    {
      class: "input role",
      key: "role",
      "aria-label": `Role of ${one.name}`,
      ".value": one.role,
      onchange: (event) => acts.setRole(one.account, event.target.value),
    },
    givable(own).map((role) => h("option", { key: role, value: role }, ROLES[role])),
  );
}

function handOver(one, own, state, acts) {
  if (!mayEnd(own) || one.role === "owner") return null;
  return grave(state, acts, {
    id: `transfer-${one.account}`,
    label: "Hand over",
    name: `Hand the team over to ${one.name}`,
    question: `${one.name} owns the team, you stay as an admin.`,
    yes: "Hand it over",
    run: () => acts.transfer(one.account),
    look: "tiny",
  });
}

function remove(one, state, acts) {
  return grave(state, acts, {
    id: `remove-${one.account}`,
    label: "Remove",
    name: `Remove ${one.name}`,
    question: `${one.name} loses the team's boards at once.`,
    yes: `Remove ${one.name}`,
    run: () => acts.remove(one.account),
    look: "tiny danger",
  });
}
