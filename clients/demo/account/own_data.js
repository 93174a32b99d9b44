/** What was done with an account, what is kept of it, and its end. Pure. */
import { h } from "../parts/view.js";
import {
  codeField,
  form,
  passwordField,
  press,
  problem,
  submit,
  when,
  wrongWith,
} from "./fields.js";
import { section } from "./section.js";

const ACTS = {
  "login.ok": "Signed in",
  "login.failed": "A wrong password or code",
  "login.delayed": "Too many wrong attempts: made to wait",
  "session.ended": "A device was signed out",
  "refresh.reused": "A stolen sign-in was stopped",
  "account.created": "The account was made",
  "account.password": "The password was changed",
  "account.reset_asked": "A link to choose another password was sent",
  "account.email": "The address was confirmed",
  "account.renamed": "The name was changed",
  "account.exported": "The data was taken",
  "mfa.on": "The second factor was set up",
  "mfa.off": "The second factor was removed",
  "mfa.recovery_used": "A recovery code was used",
  "mfa.recovery_codes": "New recovery codes were made",
  "key.created": "A key was made",
  "key.used": "A key was used",
  "key.rotated": "A key got another secret",
  "key.revoked": "A key was revoked",
  "passkey.added": "A passkey was added",
  "passkey.removed": "A passkey was removed",
  "team.created": "A team was made",
  "team.joined": "A team was joined",
  "team.left": "A team was left",
  "team.invited": "An invitation to a team was made or revoked",
  "team.role": "A role in a team was changed",
  "team.deleted": "A team was deleted",
  "team.transferred": "A team was handed over",
  "library.public": "A library was made public, or private again",
  "room.team": "A board was given to a team, or taken back",
  "room.role": "A role on a board was changed",
  "room.exported": "A board was exported",
  "room.imported": "A board was imported",
  "room.forked": "A board was forked",
  "socket.closed": "A connection misbehaved and was closed",
  "admin.act": "An administrator did something",
};
const WARN = new Set([
  "login.failed",
  "login.delayed",
  "refresh.reused",
  "mfa.off",
  "mfa.recovery_used",
]);

export function activity(state, acts) {
  return section(state, {
    id: "activity",
    title: "What was done",
    about: "Sign-ins and changes, so that you notice what was not you.",
    edits: [{ run: acts.showActivity, open: "activity", label: "Show" }],
    acts,
    body: state.open === "activity" ? records(state, acts) : problem(state, "activity"),
  });
}

function records(state, acts) {
  const rows = state.activity ?? [];
  return [
    h(
      "ol",
      { class: "list", key: "list", "data-testid": "activity-list" },
      rows.map((one, n) =>
        h(
          "li",
          { key: n },
          h(
            "span",
            { class: WARN.has(one.action) ? "grow warn" : "grow" },
            ACTS[one.action] ?? one.action,
          ),
          h(
            "span",
            { class: "quiet small" },
            [one.address, when(one.at)].filter(Boolean).join(" · "),
          ),
        ),
      ),
    ),
    problem(state, "activity"),
    state.moreActivity
      ? h(
          "p",
          { key: "more" },
          press("Show older", () => acts.showActivity(state.moreActivity)),
        )
      : null,
  ];
}

export function ownData(state, acts) {
  return section(state, {
    id: "data",
    title: "Your data",
    about: "Take a file with everything that is kept of you, or delete the account for good.",
    said: ["data"],
    edits: [
      { run: acts.exportData, label: "Take my data" },
      { open: "delete", label: "Delete the account", danger: true },
    ],
    acts,
    body: state.open === "delete" ? deleting(state, acts) : problem(state, "data"),
  });
}

function deleting(state, acts) {
  const { account } = state;
  return form(
    { key: "delete" },
    acts.deleteAccount,
    h(
      "p",
      { key: "words" },
      "Your name, address, devices and keys go. What you did on boards stays there, because it is the others' history too. Nothing of this can be taken back.",
    ),
    passwordField({
      label: "Your password",
      autofocus: true,
      wrong: wrongWith(state, "delete", "invalid_credentials") && "This is not your password.",
    }),
    account.totp ? codeField({ wrong: wrongWith(state, "delete", "invalid_code") }) : null,
    problem(state, "delete", "invalid_credentials", "invalid_code"),
    submit({
      busy: state.busy === "delete",
      label: "Delete for good",
      doing: "Deleting",
      danger: true,
    }),
  );
}
