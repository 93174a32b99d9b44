/** Invitations to a team. Pure. */
import { h } from "../parts/view.js";
import { choice, emailField, form, press, problem, submit, when, wrongWith } from "./fields.js";
import { section } from "./section.js";
import { invitable } from "./team_rights.js";
import { ABOUT, ROLES } from "./team_words.js";

const LIVES = [
  ["7", "a week"],
  ["1", "a day"],
  ["30", "30 days"],
];
const USES = [
  ["0", "any number of people"],
  ["1", "one person"],
  ["5", "five people"],
  ["20", "twenty people"],
];

export function invitations(state, acts) {
  return section(state, {
    id: "invite",
    title: "Invitations",
    about: "Send a link, or let a message go to one address, which alone can use it.",
    said: ["invite"],
    edits: [{ open: "invite", label: "Invite" }],
    acts,
    body: [
      state.open === "invite" ? inviting(state, acts) : problem(state, "invite"),
      state.link ? link(state, acts) : null,
      h(
        "ul",
        { class: "list", key: "list" },
        state.invitations.map((one) => invitation(one, acts)),
      ),
    ],
  });
}

function inviting(state, acts) {
  return form(
    { key: "form" },
    acts.invite,
    choice({
      name: "role",
      label: "As",
      options: invitable(state.team.role).map((role) => [role, `${ROLES[role]}: ${ABOUT[role]}`]),
      autofocus: true,
    }),
    emailField({
      label: "E-mail address, if it is for one person",
      autocomplete: "off",
      required: false,
      wrong: wrongWith(state, "invite", "email_invalid"),
    }),
    choice({ name: "days", label: "Good for", options: LIVES }),
    choice({ name: "uses", label: "Without an address, it lets in", options: USES }),
    problem(state, "invite", "email_invalid"),
    submit({ busy: state.busy === "invite", label: "Make the invitation", doing: "One moment" }),
  );
}

function link(state, acts) {
  return h(
    "div",
    { class: "stack notice calm", key: "link", "data-testid": "team-link" },
    h("p", {}, "The link is shown once; send it to whom you invite."),
    h("p", { class: "secret" }, state.link),
    h(
      "p",
      {},
      press("Copy the link", () => acts.copy(state.link, "The link is copied."), {
        look: "primary",
        autofocus: true,
      }),
    ),
  );
}

function invitation(one, acts) {
  const about = [
    ROLES[one.role].toLowerCase(),
    one.expires ? `until ${when(one.expires)}` : null,
    one.uses ? `${one.uses} left` : null,
  ];
  return h(
    "li",
    { key: one.id },
    h(
      "div",
      { class: "grow" },
      h("p", { class: "cut" }, one.email ?? "By link"),
      h("p", { class: "quiet small" }, about.filter(Boolean).join(" · ")),
    ),
    press("Revoke", () => acts.revoke(one.id), {
      look: "tiny danger",
      "aria-label": `Revoke the invitation of ${one.email ?? "whoever has the link"}`,
    }),
  );
}
