/** A team and its invitations as a pure function of the page's state. */
import { h } from "../parts/view.js";
import { field, form, frame, problem, submit, when } from "./fields.js";
import { section } from "./section.js";
import { ABOUT, invitations, ROLES } from "./team_invitations.js";

export function teamView(state, acts) {
  if (state.step === "invited") return invited(state, acts);
  if (state.step === "none" || !state.me) return nobody(state);
  if (!state.team) return frame("Team", loading(state, acts));
  return frame(
    null,
    h("div", { class: "sections", key: "sections" }, [
      head(state, acts),
      boards(state, acts),
      people(state, acts),
      mayManage(state) ? invitations(state, acts) : null,
      ending(state, acts),
    ]),
  );
}

const mayManage = (state) => ["owner", "admin"].includes(state.team.role);

function nobody(state) {
  return frame(
    "Team",
    h("p", { class: "quiet", key: "words" }, "Sign in to see your teams."),
    h("p", { key: "link" }, h("a", { class: "button primary", href: state.signIn }, "Sign in")),
  );
}

function loading(state, acts) {
  if (!state.problem)
    return h("div", { class: "skeleton tall", key: "loading", "aria-busy": "true" });
  return h(
    "div",
    { class: "stack", key: "failed" },
    problem(state, "load"),
    h("p", {}, h("button", { class: "button", type: "button", onclick: acts.load }, "Try again")),
  );
}

function invited(state, acts) {
  const { told, me } = state;
  const body = !told
    ? problem(state, "load")
    : [
        h(
          "p",
          { class: "quiet", key: "role" },
          `As ${ROLES[told.role].toLowerCase()}: ${ABOUT[told.role]}.`,
          told.email_bound ? " Only the address that it was sent to can use it." : "",
        ),
        problem(state, "join"),
        me
          ? h(
              "p",
              { key: "join" },
              h(
                "button",
                {
                  class: "button primary",
                  type: "button",
                  disabled: state.busy === "join",
                  onclick: acts.join,
                },
                `Join as ${me.name}`,
              ),
            )
          : h(
              "p",
              { class: "row wrap", key: "join" },
              h("a", { class: "button primary", href: state.signUp }, "Make an account"),
              h("a", { class: "button", href: state.signIn }, "I have one: sign in"),
            ),
      ];
  const title = told ? `You are invited to ${told.team}` : "An invitation";
  return frame(null, h("div", { class: "welcome", key: "invited" }, h("h1", {}, title), body));
}

function head(state, acts) {
  const { team } = state;
  return section(state, {
    id: "team",
    title: team.name,
    about: `Your role here: ${ROLES[team.role]} – ${ABOUT[team.role]}.`,
    said: ["name"],
    edits: mayManage(state) ? [{ open: "name", label: "Rename" }] : [],
    acts,
    body:
      state.open === "name"
        ? form(
            { key: "name" },
            acts.rename,
            field({
              name: "name",
              label: "The team's name",
              autocomplete: "organization",
              maxlength: 64,
              value: team.name,
              autofocus: true,
            }),
            problem(state, "name"),
            submit({ busy: state.busy === "name", label: "Save", doing: "Saving" }),
          )
        : null,
  });
}

function boards(state, acts) {
  const { rooms, team } = state;
  return section(state, {
    id: "boards",
    title: "Boards",
    about: rooms?.length ? null : "No boards yet. Whoever is in the team comes into all of them.",
    edits: team.role === "guest" ? [] : [{ open: "boards", label: "New board" }],
    acts,
    body: [
      state.open === "boards"
        ? form(
            { key: "form" },
            acts.newBoard,
            field({
              name: "board",
              label: "Its name",
              autocomplete: "off",
              maxlength: 64,
              autofocus: true,
            }),
            problem(state, "boards"),
            submit({ busy: state.busy === "boards", label: "Make board", doing: "Making it" }),
          )
        : null,
      h(
        "ul",
        { class: "boards", key: "list", "data-testid": "team-boards" },
        (rooms ?? []).map((room) =>
          h(
            "li",
            { key: room.id },
            h(
              "a",
              { href: `/board.html#room=${room.id}` },
              h("span", { class: "name cut" }, room.name),
              h("span", { class: "quiet small" }, `changed ${when(room.updated_at)}`),
            ),
          ),
        ),
      ),
    ],
  });
}

function people(state, acts) {
  const { team, me } = state;
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
        team.members.map((one) => person(one, state, acts, one.account === me.account)),
      ),
    ],
  });
}

function person(one, state, acts, isMe) {
  const own = state.team.role;
  const may = !isMe && mayManage(state) && (own === "owner" || one.role !== "owner");
  const offered = own === "owner" ? ["owner", "admin", "member", "guest"] : ["admin", "member", "guest"];
  return h(
    "li",
    { key: one.account },
    h("span", { class: "grow cut" }, h("b", {}, one.name), isMe ? " (you)" : ""),
    may
      ? h(
          "select",
          {
            class: "input role",
            "aria-label": `Role of ${one.name}`,
            ".value": one.role,
            onchange: (event) => acts.setRole(one.account, event.target.value),
          },
          offered.map((role) => h("option", { key: role, value: role }, ROLES[role])),
        )
      : h("span", { class: "quiet" }, ROLES[one.role]),
    may && own === "owner" && one.role !== "owner"
      ? h(
          "button",
          { class: "button tiny", type: "button", onclick: () => acts.transfer(one.account) },
          "Hand over",
        )
      : null,
    may
      ? h(
          "button",
          {
            class: "button tiny danger",
            type: "button",
            "aria-label": `Remove ${one.name}`,
            onclick: () => acts.remove(one.account),
          },
          "Remove",
        )
      : null,
  );
}

function ending(state, acts) {
  const owner = state.team.role === "owner";
  return section(state, {
    id: "ending",
    title: "Leave",
    about: "You lose the team's boards at once.",
    edits: [
      { run: acts.leave, label: "Leave the team" },
      ...(owner ? [{ run: acts.deleteTeam, label: "Delete the team", danger: true }] : []),
    ],
    acts,
    body: problem(state, "delete"),
  });
}
