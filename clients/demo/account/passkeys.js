/** Passkeys: added with the password, removed. Pure. */
import { h } from "../parts/view.js";
import { field, form, grave, passwordField, problem, submit, when, wrongWith } from "./fields.js";
import { section } from "./section.js";

export function passkeys(state, acts) {
  const { account } = state;
  // Where the browser has none, those that there are can still be removed.
  if (!account.password || !(state.canPasskey || state.passkeys?.length)) return null;
  const all = state.passkeys ?? [];
  return section(state, {
    id: "passkeys",
    title: "Passkeys",
    about: all.length
      ? null
      : "Sign in with your finger, your face or a key, without the password and without a code.",
    said: ["passkeys"],
    edits: state.canPasskey ? [{ open: "passkeys", label: "Add a passkey" }] : [],
    acts,
    body: [
      state.open === "passkeys" ? adding(state, acts) : problem(state, "passkeys"),
      h(
        "ul",
        { class: "list", key: "list" },
        all.map((one) => passkey(state, acts, one)),
      ),
    ],
  });
}

function adding(state, acts) {
  return form(
    { key: "form" },
    acts.addPasskey,
    field({
      name: "passkey_name",
      label: "What it is on",
      autocomplete: "off",
      maxlength: 64,
      value: state.deviceName,
    }),
    passwordField({
      label: "Your password",
      autofocus: true,
      wrong: wrongWith(state, "passkeys", "invalid_credentials") && "This is not your password.",
    }),
    problem(state, "passkeys", "invalid_credentials"),
    submit({ busy: state.busy === "passkeys", label: "Go on", doing: "Asking your device" }),
  );
}

function passkey(state, acts, one) {
  return h(
    "li",
    { key: one.id },
    h(
      "div",
      { class: "grow" },
      h("p", { class: "cut" }, h("b", {}, one.name)),
      h(
        "p",
        { class: "quiet small" },
        `since ${when(one.created_at)} · ${one.used_at ? `last used ${when(one.used_at)}` : "never used"}`,
      ),
    ),
    grave(state, acts, {
      id: `passkey-${one.id}`,
      label: "Remove",
      name: `Remove the passkey ${one.name}`,
      question: "It signs in no more.",
      yes: "Remove it",
      run: () => acts.removePasskey(one.id),
      look: "tiny danger",
    }),
  );
}
