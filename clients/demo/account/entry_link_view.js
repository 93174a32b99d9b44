/** What links in messages open: views of the state of entry.js. */
import { h } from "../parts/view.js";
import { badLink, done, voidLink } from "./entry_ends.js";
import { form, newPasswordField, press, problem, submit, usernameField, wrongWith } from "./fields.js";

export const LINK_VIEWS = {
  another,
  confirm,
  reset,
  done,
  "bad-link": badLink,
  void: voidLink,
};

/** Somebody else is signed in in this browser: they are asked before that ends. */
function another({ signedIn }, acts) {
  const { name } = signedIn;
  return {
    title: "You are signed in already",
    focus: true,
    body: [
      h("p", {}, "You are here as ", h("b", {}, name), ". This link makes another account."),
      h("p", { class: "quiet" }, `Going on signs ${name} out in this browser.`),
      h(
        "p",
        { class: "row wrap" },
        press("Go on with the new account", () => acts.go("confirm"), { look: "primary" }),
        h("a", { class: "button", href: "/" }, `Stay ${name}`),
      ),
    ],
  };
}

function confirm(state, acts) {
  return state.forEmail ? confirmEmail(state, acts) : confirmSignUp(state, acts);
}

function confirmSignUp(state, acts) {
  const whose = state.email ? ["Choose a password for ", h("b", {}, state.email)] : "Choose a password";
  return {
    title: "Almost there",
    body: [
      h("p", { class: "quiet" }, whose, ", and your account is there."),
      form(
        { key: "form" },
        acts.confirm,
        usernameField(state.email),
        newPasswordField({ autofocus: true, wrong: wrongWith(state, "confirm", "weak_password") }),
        problem(state, "confirm", "weak_password"),
        submit({ busy: state.busy === "confirm", label: "Make the account", doing: "Making it" }),
      ),
    ],
  };
}

function confirmEmail(state, acts) {
  if (!state.signedIn)
    return {
      title: "Confirm your address",
      focus: true,
      body: [
        h("p", {}, "Sign in with the account that asked for it, then it is confirmed."),
        h("p", {}, h("a", { class: "button primary", href: state.signInFirst }, "Sign in")),
      ],
    };
  return {
    title: "Confirm your address",
    focus: true,
    body: [
      h("p", { class: "quiet" }, "From now on you sign in with this address."),
      form(
        { key: "form" },
        acts.confirm,
        problem(state, "confirm"),
        submit({ busy: state.busy === "confirm", label: "Confirm", doing: "One moment" }),
      ),
    ],
  };
}

function reset(state, acts) {
  return {
    title: "Choose another password",
    body: [
      h("p", { class: "quiet" }, "You are signed out everywhere, and sign in with the new one."),
      form(
        { key: "form" },
        acts.reset,
        newPasswordField({ autofocus: true, wrong: wrongWith(state, "reset", "weak_password") }),
        problem(state, "reset", "weak_password"),
        submit({ busy: state.busy === "reset", label: "Use this password", doing: "Saving" }),
      ),
    ],
  };
}
