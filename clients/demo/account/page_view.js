/** One's account as a pure function of its state. */
import { h } from "../parts/view.js";
import { devices } from "./devices.js";
import {
  codeField,
  emailField,
  field,
  form,
  frame,
  newPasswordField,
  passwordField,
  problem,
  submit,
  when,
} from "./fields.js";
import { keys } from "./keys.js";
import { secondFactor } from "./second_factor.js";
import { section } from "./section.js";

export function pageView(state, acts) {
  const { account } = state;
  if (!account) return frame("Your account", loading(state, acts));
  return frame(
    "Your account",
    h("div", { class: "sections", key: "sections" }, [
      profile(state, acts),
      password(state, acts),
      secondFactor(state, acts),
      devices(state, acts),
      teams(state, acts),
      keys(state, acts),
      activity(state, acts),
      data(state, acts),
    ]),
  );
}

function loading(state, acts) {
  if (state.problem) {
    return h(
      "div",
      { class: "stack", key: "failed" },
      problem(state, "load"),
      h(
        "p",
        {},
        h("button", { class: "button", type: "button", onclick: acts.load }, "Try again"),
      ),
    );
  }
  return h(
    "div",
    { class: "sections", key: "loading", "aria-busy": "true", "aria-label": "Loading" },
    [1, 2, 3].map((n) => h("div", { class: "skeleton tall", key: n })),
  );
}

function profile(state, acts) {
  const { account } = state;
  return section(state, {
    id: "profile",
    title: account.name,
    about: account.email ?? "Signed in by another service",
    said: ["name", "email"],
    edits: [
      { open: "name", label: "Change name" },
      ...(account.password ? [{ open: "email", label: "Change address" }] : []),
    ],
    acts,
    body:
      state.open === "name"
        ? form(
            { key: "name" },
            acts.rename,
            field({
              name: "name",
              label: "Your name, as the others will see it",
              autocomplete: "nickname",
              maxlength: 64,
              value: account.name,
              autofocus: true,
            }),
            problem(state, "name"),
            submit({ busy: state.busy === "name", label: "Save", doing: "Saving" }),
          )
        : state.open === "email"
          ? form(
              { key: "email" },
              acts.changeEmail,
              emailField({ label: "New e-mail address", autocomplete: "email", autofocus: true }),
              passwordField({ label: "Your password" }),
              problem(state, "email"),
              submit({ busy: state.busy === "email", label: "Send a link", doing: "Sending" }),
            )
          : null,
  });
}

function password(state, acts) {
  const { account } = state;
  if (!account.password) return null;
  const weak = state.problem?.code === "weak_password" ? { wrong: state.problem.text } : {};
  return section(state, {
    id: "password",
    title: "Password",
    about: `Chosen ${when(account.password_changed_at)}`,
    said: ["password"],
    edits: [{ open: "password", label: "Change" }],
    acts,
    body:
      state.open === "password"
        ? form(
            { key: "password" },
            acts.changePassword,
            h("input", {
              class: "unseen",
              name: "username",
              autocomplete: "username",
              tabindex: "-1",
              "aria-hidden": "true",
              ".value": account.email ?? "",
            }),
            passwordField({ label: "The password you have", autofocus: true }),
            newPasswordField({ name: "new_password", ...weak }),
            problem(state, "password"),
            submit({ busy: state.busy === "password", label: "Change it", doing: "Saving" }),
          )
        : null,
  });
}

function teams(state, acts) {
  return section(state, {
    id: "teams",
    title: "Teams",
    about: state.teams.length ? null : "Teams own boards together; who joins one has them all.",
    edits: [{ open: "teams", label: "Make a team" }],
    acts,
    body: [
      h(
        "ul",
        { class: "boards", key: "list", "data-testid": "teams" },
        state.teams.map((team) =>
          h(
            "li",
            { key: team.id },
            h(
              "a",
              { href: `/team.html#team=${team.id}` },
              h("span", { class: "name cut" }, team.name),
              h("span", { class: "quiet small" }, team.role),
            ),
          ),
        ),
      ),
      state.open === "teams"
        ? form(
            { key: "form" },
            acts.makeTeam,
            field({
              name: "team",
              label: "The team's name",
              autocomplete: "organization",
              maxlength: 64,
              autofocus: true,
            }),
            problem(state, "teams"),
            submit({ busy: state.busy === "teams", label: "Make the team", doing: "Making it" }),
          )
        : null,
    ],
  });
}

const ACTS = {
  "login.ok": "Signed in",
  "login.failed": "A wrong password or code",
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
  "key.rotated": "A key got another secret",
  "key.revoked": "A key was revoked",
  "passkey.added": "A passkey was added",
  "passkey.removed": "A passkey was removed",
};

function activity(state, acts) {
  return section(state, {
    id: "activity",
    title: "What was done",
    about: "Sign-ins and changes, so that you notice what was not you.",
    edits: [{ run: acts.showActivity, open: "activity", label: "Show" }],
    acts,
    body:
      state.open === "activity"
        ? h(
            "ol",
            { class: "list", key: "list" },
            (state.activity ?? []).map((one, n) =>
              h(
                "li",
                { key: n },
                h("span", { class: "grow" }, ACTS[one.action] ?? one.action),
                h("span", { class: "quiet small" }, [one.address, when(one.at)].join(" · ")),
              ),
            ),
          )
        : problem(state, "activity"),
  });
}

function data(state, acts) {
  const { account } = state;
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
    body:
      state.open === "delete"
        ? form(
            { key: "delete" },
            acts.deleteAccount,
            h(
              "p",
              { key: "words" },
              "Your name, address, devices and keys go. What you did on boards stays there, because it is the others' history too.",
            ),
            passwordField({ label: "Your password", autofocus: true }),
            account.totp ? codeField() : null,
            problem(state, "delete"),
            submit({
              busy: state.busy === "delete",
              label: "Delete for good",
              doing: "Deleting",
              danger: true,
            }),
          )
        : problem(state, "data"),
  });
}
