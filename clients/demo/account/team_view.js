/** A team and its invitations as a pure function of the page's state. */
import { h } from "../parts/view.js";
import {
  entryFrame,
  field,
  form,
  frame,
  grave,
  loading,
  press,
  problem,
  submit,
} from "./fields.js";
import { section } from "./section.js";
import { boards } from "./team_boards.js";
import { invitations } from "./team_invitations.js";
import { people } from "./team_people.js";
import { mayEnd, runs } from "./team_rights.js";
import { ABOUT, ROLES } from "./team_words.js";

export function teamView(state, acts) {
  if (state.step === "invited") return invited(state, acts);
  if (state.step === "none") return nothing();
  if (!state.team) return frame("Team", loading(state, acts.load));
  return frame(
    state.team.name,
    h("div", { class: "sections", key: "sections" }, [
      boards(state, acts),
      people(state, acts),
      runs(state.team.role) ? invitations(state, acts) : null,
      about(state, acts),
    ]),
  );
}

function nothing() {
  return frame(
    "Team",
    h("p", { class: "quiet", key: "words" }, "This address names no team. Yours are listed here:"),
    h("p", { key: "link" }, h("a", { class: "button", href: "/account.html" }, "Your account")),
  );
}

function invited(state, acts) {
  const { told, me } = state;
  const title = told ? `You are invited to ${told.team}` : "An invitation";
  return entryFrame({ key: "invited", title, focus: true }, [
    told ? offer(state, acts) : [problem(state, "load"), again(state, acts)],
    told && !me
      ? h(
          "p",
          { class: "row wrap", key: "join" },
          h("a", { class: "button primary", href: state.signUp }, "Make an account"),
          h("a", { class: "button", href: state.signIn }, "I have one: sign in"),
        )
      : null,
  ]);
}

/** Where the network failed; a void link stays void. */
function again(state, acts) {
  if (state.problem === null) return h("div", { class: "skeleton tall", "aria-busy": "true" });
  if (state.problem.code === "unknown_link")
    return h("p", {}, h("a", { class: "button", href: "/" }, "Your boards"));
  return h("p", {}, press("Try again", acts.look, { look: "primary" }));
}

function offer(state, acts) {
  const { told, me } = state;
  return [
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
          press(`Join as ${me.name}`, acts.join, {
            look: "primary",
            "aria-disabled": state.busy === "join" ? "true" : null,
          }),
        )
      : null,
  ];
}

function about(state, acts) {
  const { team } = state;
  return section(state, {
    id: "about",
    title: "This team",
    about: `You are its ${ROLES[team.role].toLowerCase()}, who ${ABOUT[team.role]}.`,
    said: ["name"],
    edits: runs(team.role) ? [{ open: "name", label: "Rename" }] : [],
    acts,
    body: [
      state.open === "name" ? nameForm(state, acts) : null,
      h("div", { class: "row wrap", key: "ending" }, [
        grave(state, acts, {
          id: "leave",
          label: "Leave the team",
          question: "You lose its boards at once.",
          yes: "Leave it",
          run: acts.leave,
        }),
        mayEnd(team.role)
          ? grave(state, acts, {
              id: "delete",
              label: "Delete the team",
              question: "Everybody is out of it for good.",
              yes: "Delete it",
              run: acts.deleteTeam,
            })
          : null,
      ]),
      problem(state, "ending"),
    ],
  });
}

function nameForm(state, acts) {
  return form(
    { key: "name" },
    acts.rename,
    field({
      name: "name",
      label: "The team's name",
      autocomplete: "organization",
      maxlength: 64,
      value: state.team.name,
      autofocus: true,
    }),
    problem(state, "name"),
    submit({ busy: state.busy === "name", label: "Save", doing: "Saving" }),
  );
}
