/** Signing in, signing up, and what links in messages open: views of the state of entry.js. */
import { h } from "../parts/view.js";
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
} from "./fields.js";

const VIEWS = {
  "sign-in": signIn,
  mfa: secondFactor,
  forgot,
  "sign-up": signUp,
  sent,
  confirm,
  reset,
  done,
  "bad-link": badLink,
};

export function entryView(state, acts) {
  const { title, body } = VIEWS[state.step](state, acts);
  return frame(null, h("div", { class: "welcome", key: state.step }, h("h1", {}, title), body));
}

function signIn(state, acts) {
  const busy = state.busy === "sign-in";
  return {
    title: "Sign in",
    body: [
      form(
        { key: "form" },
        acts.signIn,
        emailField({ autocomplete: "username webauthn", autofocus: true, value: state.email }),
        passwordField(),
        problem(state, "sign-in"),
        submit({ busy, label: "Sign in", doing: "Signing in" }),
      ),
      h("div", { key: "passkeys", id: "passkeys" }),
      h(
        "p",
        { class: "row wrap", key: "more" },
        link(acts, "forgot", "Forgot the password"),
        h("a", { class: "button plain", href: "/sign-up.html" }, "Make an account"),
        h("a", { class: "button plain", href: "/" }, "Go on as a guest"),
      ),
    ],
  };
}

function secondFactor(state, acts) {
  const busy = state.busy === "mfa";
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
      })
    : codeField({ autofocus: true });
  return {
    title: "One more step",
    body: [
      form(
        { key: state.recovery ? "recovery" : "code" },
        acts.secondFactor,
        code,
        problem(state, "mfa"),
        submit({ busy, label: "Go on", doing: "Checking" }),
      ),
      h(
        "p",
        { class: "row wrap", key: "more" },
        h(
          "button",
          { class: "button plain", type: "button", onclick: acts.otherFactor },
          state.recovery ? "Use the authenticator" : "Use a recovery code",
        ),
        link(acts, "sign-in", "Start over"),
      ),
    ],
  };
}

function forgot(state, acts) {
  const busy = state.busy === "forgot";
  return {
    title: "Forgot the password",
    body: [
      h("p", { class: "quiet" }, "A link to choose another one is sent to your mailbox."),
      form(
        { key: "form" },
        acts.forgot,
        emailField({ autofocus: true, value: state.email }),
        problem(state, "forgot"),
        submit({ busy, label: "Send the link", doing: "Sending" }),
      ),
      h("p", {}, link(acts, "sign-in", "Back to signing in")),
    ],
  };
}

function signUp(state, acts) {
  const busy = state.busy === "sign-up";
  const { guest } = state;
  const wrong = (code) => (state.problem?.code === code ? state.problem.text : null);
  return {
    title: "Make an account",
    body: [
      h(
        "p",
        { class: "quiet" },
        guest
          ? `Your boards as ${guest.name} stay yours, on every device.`
          : "Your boards on every device, and teams that own boards together.",
      ),
      form(
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
        emailField({ wrong: wrong("email_invalid") }),
        newPasswordField(wrong("weak_password") ? { wrong: wrong("weak_password") } : {}),
        problem(state, "sign-up"),
        submit({ busy, label: "Make the account", doing: "Sending" }),
      ),
      h("p", {}, h("a", { class: "button plain", href: "/sign-in.html" }, "I have one: sign in")),
    ],
  };
}

function sent(state, acts) {
  return {
    title: "Look in your mailbox",
    body: [
      h(
        "p",
        {},
        `A message to ${state.email} holds the link that goes on from here. `,
        "It works once, for a limited time.",
      ),
      state.mail === "folder"
        ? h(
            "p",
            { class: "notice", "data-testid": "mail-folder" },
            "This server has no mail set up yet: whoever runs it finds the message in the folder ",
            h("b", {}, "mail"),
            " of its data.",
          )
        : h("p", { class: "quiet" }, "Nothing there after a minute? Look among unwanted mail too."),
      h("p", {}, link(acts, "sign-in", "Back to signing in")),
    ],
  };
}

function confirm(state, acts) {
  const busy = state.busy === "confirm";
  return {
    title: state.forEmail ? "Confirm your address" : "Almost there",
    body: [
      h(
        "p",
        { class: "quiet" },
        state.forEmail
          ? "From now on you sign in with this address."
          : "One press, and your account is there.",
      ),
      form(
        { key: "form" },
        acts.confirm,
        problem(state, "confirm"),
        submit({ busy, label: "Confirm", doing: "One moment" }),
      ),
    ],
  };
}

function reset(state, acts) {
  const busy = state.busy === "reset";
  const weak = state.problem?.code === "weak_password" ? state.problem.text : null;
  return {
    title: "Choose another password",
    body: [
      h("p", { class: "quiet" }, "You are signed out everywhere else."),
      form(
        { key: "form" },
        acts.reset,
        newPasswordField(weak ? { wrong: weak, autofocus: true } : { autofocus: true }),
        problem(state, "reset"),
        submit({ busy, label: "Use this password", doing: "Saving" }),
      ),
    ],
  };
}

function done(state) {
  return {
    title: "Done",
    body: [
      h("p", {}, state.words),
      h("p", {}, h("a", { class: "button primary", href: state.onward }, state.onwardLabel)),
    ],
  };
}

function badLink() {
  return {
    title: "This link is not whole",
    body: [
      h("p", { class: "quiet" }, "Copy all of it from the message, or ask for another one."),
      h("p", {}, h("a", { class: "button", href: "/sign-in.html" }, "To signing in")),
    ],
  };
}

function link(acts, step, label) {
  return h(
    "button",
    { class: "button plain", type: "button", onclick: () => acts.go(step) },
    label,
  );
}
