/** Passkeys: added with the password and the second factor, removed. Pure. */
import { h } from "../parts/view.js";
import {
  codeField,
  field,
  form,
  grave,
  passwordField,
  press,
  problem,
  submit,
  when,
  wrongWith,
} from "./fields.js";
import { section } from "./section.js";

const TOLD_BY_FIELDS = ["invalid_credentials", "invalid_code"];

export function passkeys(state, acts) {
  const { account, noPasskeys } = state;
  if (!account.password) return null;
  const all = state.passkeys ?? [];
  return section(state, {
    id: "passkeys",
    title: "Passkeys",
    about: about(noPasskeys, all),
    said: ["passkeys"],
    // Where the browser has none, those that there are can still be removed.
    edits: noPasskeys ? [] : [{ open: "passkeys", label: "Add a passkey" }],
    acts,
    body: [
      state.open === "passkeys" ? adding(state, acts) : problem(state, "passkeys"),
      all.length
        ? h(
            "ul",
            { class: "list", key: "list" },
            all.map((one) => passkey(state, acts, one)),
          )
        : null,
    ],
  });
}

function about(noPasskeys, all) {
  if (noPasskeys) return noPasskeys;
  return all.length
    ? "Each of them signs in without the password, also after you changed it."
    : "Sign in with your finger, your face or a key, without the password and without a code.";
}

function adding(state, acts) {
  const { totp } = state.account;
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
    totp ? factor(state) : null,
    problem(state, "passkeys", ...TOLD_BY_FIELDS),
    h("div", { class: "row wrap", key: "do" }, [
      submit({ busy: state.busy === "passkeys", label: "Go on", doing: "Asking your device" }),
      totp
        ? press(state.recovery ? "Use the authenticator" : "I have lost it", acts.otherFactor, {
            look: "plain",
            key: "other",
          })
        : null,
    ]),
  );
}

/** The passkey will stand for it, so it is asked once more. */
function factor(state) {
  const wrong = wrongWith(state, "passkeys", "invalid_code");
  return state.recovery
    ? field({ name: "recovery_code", label: "A recovery code", autocomplete: "off", wrong })
    : codeField({ wrong });
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
