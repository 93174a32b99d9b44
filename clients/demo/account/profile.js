/** Name, address and password of an account. Pure. */
import { h } from "../parts/view.js";
import {
  codeField,
  emailField,
  field,
  form,
  newPasswordField,
  passwordField,
  press,
  problem,
  submit,
  usernameField,
  when,
  wrongWith,
} from "./fields.js";
import { section } from "./section.js";

const NOT_YOURS = "This is not your password.";

export function profile(state, acts) {
  const { account } = state;
  const forms = { name: nameForm, email: emailForm };
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
    body: forms[state.open]?.(state, acts) ?? null,
  });
}

function nameForm(state, acts) {
  return form(
    { key: "name" },
    acts.rename,
    field({
      name: "name",
      label: "Your name, as the others will see it",
      autocomplete: "nickname",
      maxlength: 64,
      value: state.account.name,
      autofocus: true,
    }),
    problem(state, "name"),
    submit({ busy: state.busy === "name", label: "Save", doing: "Saving" }),
  );
}

function emailForm(state, acts) {
  return form(
    { key: "email" },
    acts.changeEmail,
    emailField({
      label: "New e-mail address",
      autocomplete: "email",
      autofocus: true,
      wrong: wrongWith(state, "email", "email_invalid"),
    }),
    passwordField({
      label: "Your password",
      wrong: wrongWith(state, "email", "invalid_credentials") && NOT_YOURS,
    }),
    state.account.totp ? codeOrRecovery(state, acts) : null,
    problem(state, "email", "email_invalid", "invalid_credentials", "invalid_code"),
    submit({ busy: state.busy === "email", label: "Send a link", doing: "Sending" }),
  );
}

/** The second factor; who has lost the phone brings a recovery code. */
function codeOrRecovery(state, acts) {
  const wrong = wrongWith(state, "email", "invalid_code");
  return h(
    "div",
    { class: "stack", key: `factor-${state.recovery}` },
    state.recovery
      ? field({ name: "recovery_code", label: "A recovery code", autocomplete: "off", wrong })
      : codeField({ wrong }),
    press(state.recovery ? "Use the authenticator" : "Use a recovery code", acts.otherFactor, {
      look: "plain",
      key: "other",
    }),
  );
}

export function password(state, acts) {
  const { account } = state;
  if (!account.password) return null;
  return section(state, {
    id: "password",
    title: "Password",
    about: `Chosen ${when(account.password_changed_at)}`,
    said: ["password"],
    edits: [{ open: "password", label: "Change password" }],
    acts,
    body: state.open === "password" ? passwordForm(state, acts) : null,
  });
}

function passwordForm(state, acts) {
  return form(
    { key: "password" },
    acts.changePassword,
    usernameField(state.account.email),
    passwordField({
      label: "The password you have",
      autofocus: true,
      wrong: wrongWith(state, "password", "invalid_credentials") && NOT_YOURS,
    }),
    newPasswordField({
      name: "new_password",
      wrong: wrongWith(state, "password", "weak_password"),
    }),
    problem(state, "password", "invalid_credentials", "weak_password"),
    submit({ busy: state.busy === "password", label: "Change it", doing: "Saving" }),
  );
}
