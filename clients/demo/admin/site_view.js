/** The site as a whole: what there is, invitations, cleanup. Pure. */
import { choice, emailField, form, press, problem, submit } from "../account/fields.js";
import { section } from "../account/section.js";
import { h } from "../parts/view.js";
import { dotted, listSection, may, row } from "./rows.js";

const COUNTS = [
  ["accounts", "people"],
  ["closed", "closed accounts"],
  ["teams", "teams"],
  ["sessions", "devices signed in"],
  ["keys", "keys"],
  ["blocks", "blocks"],
  ["connections", "connections to this node"],
];
const SIGN_UP = {
  open: "Everybody may sign up.",
  invitation: "Whoever has an invitation may sign up.",
  closed: "Nobody may sign up but by an invitation from here.",
};

export function siteView(state, acts) {
  const changing = may(state);
  return [
    counts(state, acts),
    changing ? invite(state, acts) : [],
    invitations(state, acts),
    changing ? cleanup(state, acts) : [],
  ];
}

function counts(state, acts) {
  const { overview } = state;
  const mail =
    overview.mail === "smtp"
      ? "Messages go out by the mail server."
      : "There is no mail server: messages lie in the data folder.";
  return section(state, {
    id: "overview",
    title: "What there is",
    about: `${SIGN_UP[overview.sign_up]} ${mail}`,
    acts,
    body: [
      overview.audit_lost
        ? h("p", { class: "notice bad-edge", key: "lost" }, [
            `${overview.audit_lost} records were lost while the database was away.`,
          ])
        : null,
      h(
        "dl",
        { class: "counts", key: "counts" },
        COUNTS.map(([name, label]) =>
          h("div", { key: name }, h("dt", {}, label), h("dd", {}, overview[name].toLocaleString())),
        ),
      ),
    ],
  });
}

function invite(state, acts) {
  return section(state, {
    id: "invite",
    title: "Invite somebody",
    about: "One person may sign up by the link, within 14 days.",
    edits: [{ open: "invite", label: "Make a link" }],
    acts,
    body: [
      state.open === "invite"
        ? form(
            { key: "form" },
            acts.invite,
            emailField({
              label: "Whom? Without an address and a role, whoever has the link",
              autocomplete: "off",
              required: false,
              autofocus: true,
            }),
            choice({
              name: "role",
              label: "Role on the site",
              options: [
                ["", "Nothing more than everybody"],
                ["staff", "Staff"],
                ["admin", "Administrator"],
              ],
            }),
            submit({ busy: state.busy === "invite", label: "Make the link", doing: "Making …" }),
          )
        : null,
      problem(state, "invite"),
      state.link
        ? h("div", { class: "notice", key: "link", "data-testid": "link" }, [
            h("p", { class: "secret" }, state.link),
            press("Copy the link", () => acts.copy(state.link, "The link is copied.")),
          ])
        : null,
    ],
  });
}

/** Those that hold: whom they are for, who made them, and their end. */
function invitations(state, acts) {
  return listSection(state, acts, {
    id: "invitations",
    title: "Invitations",
    none: "No invitation to the site holds now.",
    makeRow: (one) =>
      row(
        one.id,
        one.email || "Whoever has the link",
        dotted(
          one.site_role && `becomes ${one.site_role}`,
          one.by ? `by ${one.by}` : "by the operator",
          `until ${new Date(one.expires_at).toLocaleDateString()}`,
        ),
        may(state) ? press("Revoke", () => acts.revokeInvitation(one.id)) : null,
      ),
  });
}

function cleanup(state, acts) {
  return section(state, {
    id: "cleanup",
    title: "What has expired",
    about: "Ended devices, used links and old records are forgotten once an hour by themselves.",
    said: ["cleanup"],
    edits: [{ run: acts.cleanUp, label: "Forget it now" }],
    acts,
    body: problem(state, "cleanup"),
  });
}
