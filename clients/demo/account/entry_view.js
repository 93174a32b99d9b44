/** Signing in and signing up: views of the state of entry.js. */
import { h } from "../parts/view.js";
import {
  codeField,
  emailField,
  entryFrame,
  field,
  form,
  passwordField,
  press,
  problem,
  submit,
  wrongWith,
} from "./fields.js";
import { LINK_VIEWS } from "./entry_link_view.js";

const VIEWS = {
  "sign-in": signIn,
  mfa: secondFactor,
  forgot,
  "sign-up": signUp,
  sent,
  ...LINK_VIEWS,
};

export function entryView(state, acts) {
  const { title, body, focus } = VIEWS[state.step](state, acts);
  return entryFrame({ key: state.step, title, focus }, body);
}

function signIn(state, acts) {
  const { guest, next } = state;
  return {
    title: "Sign in",
    body: [
      state.words ? h("p", { class: "notice calm", key: "words" }, state.words) : null,
      form(
        { key: "form" },
        acts.signIn,
        emailField({ autocomplete: "username webauthn", autofocus: true, value: state.email }),
        passwordField(),
        problem(state, "sign-in"),
        submit({ busy: state.busy === "sign-in", label: "Sign in", doing: "Signing in" }),
      ),
      withPasskey(state, acts),
      h(
        "p",
        { class: "row wrap links", key: "more" },
        step(acts, "forgot", "Forgot the password"),
        state.signUp === "closed" ? null : page(`/sign-up.html${onwards(next)}`, "Make an account"),
        guest ? null : page("/", "Go on as a guest"),
      ),
      guest
        ? h(
            "p",
            { class: "quiet small", key: "guest" },
            `You are here as guest ${guest.name}. Signing in leaves that guest's boards behind; making an account keeps them.`,
          )
        : null,
    ],
  };
}

function withPasskey(state, acts) {
  if (!state.passkeys) return null;
  const busy = state.busy === "passkey" ? "true" : null;
  return h("div", { class: "stack", key: "passkey" }, [
    problem(state, "passkey"),
    h("p", { key: "use" }, press("Use a passkey", acts.usePasskey, { "aria-disabled": busy })),
  ]);
}

function secondFactor(state, acts) {
  const wrong = wrongWith(state, "mfa", "invalid_code");
  const code = state.recovery
    ? field({
        name: "recovery_code",
        label: "A recovery code",
        autocomplete: "off",
        autocapitalize: "characters",
        spellcheck: "false",
        maxlength: 40,
        autofocus: true,
        hint: "Each of the ten works once.",
        wrong,
      })
    : codeField({ autofocus: true, wrong });
  return {
    title: "One more step",
    body: [
      form(
        { key: state.recovery ? "recovery" : "code" },
        acts.secondFactor,
        code,
        problem(state, "mfa", "invalid_code"),
        submit({ busy: state.busy === "mfa", label: "Go on", doing: "Checking" }),
      ),
      h(
        "p",
        { class: "row wrap links", key: "more" },
        press(state.recovery ? "Use the authenticator" : "Use a recovery code", acts.otherFactor, {
          look: "plain",
        }),
        step(acts, "sign-in", "Start over"),
      ),
    ],
  };
}

function forgot(state, acts) {
  return {
    title: "Forgot the password",
    body: [
      h("p", { class: "quiet" }, "A link to choose another one is sent to your mailbox."),
      form(
        { key: "form" },
        acts.forgot,
        emailField({
          autofocus: true,
          value: state.email,
          wrong: wrongWith(state, "forgot", "email_invalid"),
        }),
        problem(state, "forgot", "email_invalid"),
        submit({ busy: state.busy === "forgot", label: "Send the link", doing: "Sending" }),
      ),
      h("p", { class: "row links" }, step(acts, "sign-in", "Back to signing in")),
    ],
  };
}

function signUp(state, acts) {
  const { guest, next } = state;
  const words = guest
    ? `Your boards as ${guest.name} stay yours, on every device.`
    : "Your boards on every device, and teams that own boards together.";
  const shut = whySignUpIsShut(state);
  return {
    title: "Make an account",
    focus: shut !== null,
    body: [
      h("p", { class: "quiet", key: "words" }, shut ?? words),
      shut === null ? signUpForm(state, acts) : null,
      h(
        "p",
        { class: "row links", key: "more" },
        page(`/sign-in.html${onwards(next)}`, "I have one: sign in"),
      ),
    ],
  };
}

function whySignUpIsShut({ signUp: who, invited }) {
  if (who === "closed") return "Nobody can sign up here at the moment.";
  if (who === "invitation" && !invited)
    return "Accounts are made by invitation here: open the link of the one you got.";
  return null;
}

function signUpForm(state, acts) {
  return form(
    { key: "form" },
    acts.signUp,
    field({
      name: "name",
      label: "Your name, as the others will see it",
      autocomplete: "nickname",
      maxlength: 64,
      autofocus: true,
      value: state.name,
    }),
    emailField({ wrong: wrongWith(state, "sign-up", "email_invalid") }),
    h("p", { class: "quiet small", key: "then" }, "A link is sent there: you choose a password with it."),
    problem(state, "sign-up", "email_invalid"),
    submit({ busy: state.busy === "sign-up", label: "Send the link", doing: "Sending" }),
  );
}

function sent(state, acts) {
  return {
    title: "Look in your mailbox",
    focus: true,
    body: [
      h(
        "p",
        {},
        "If all is well with ",
        h("b", {}, state.email),
        ", a message is on its way there. Its link goes on from here; it works once, for a limited time.",
      ),
      state.mail === "folder"
        ? h(
            "p",
            { class: "notice calm", "data-testid": "mail-folder" },
            h(
              "span",
              {},
              "This server has no mail set up: whoever runs it finds the message in the folder ",
              h("b", {}, "mail"),
              " of its data.",
            ),
          )
        : h("p", { class: "quiet" }, "Nothing there after a minute? Look among unwanted mail too."),
      h("p", { class: "row links" }, step(acts, "sign-in", "Back to signing in")),
    ],
  };
}

const step = (acts, name, label) => press(label, () => acts.go(name), { look: "plain" });
const page = (href, label) => h("a", { class: "button plain", href }, label);
const onwards = (next) => (next === "/" ? "" : `#next=${encodeURIComponent(next)}`);
