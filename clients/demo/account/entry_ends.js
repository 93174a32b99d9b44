/** Where the ways in end: what a link did, and links that do nothing (any more). Pure. */
import { signInPage } from "../parts/own_path.js";
import { h } from "../parts/view.js";

/** A link that was used, or has run out: where one gets another. */
export function voidLink({ page: where, forEmail }) {
  const again = {
    reset: ["/sign-in.html#step=forgot", "Ask for another link"],
    confirm: forEmail ? ["/account.html", "To your account"] : ["/sign-up.html", "Begin again"],
  }[where];
  return {
    title: "This link is used up",
    focus: true,
    body: [
      h(
        "p",
        { class: "quiet" },
        forEmail
          ? "It was used already, has run out, or is for another account than the one that is signed in here."
          : "It was used already, or has run out: each works once.",
      ),
      h(
        "p",
        { class: "row wrap" },
        again ? h("a", { class: "button primary", href: again[0] }, again[1]) : null,
        h("a", { class: "button", href: "/sign-in.html" }, "Sign in"),
      ),
    ],
  };
}

export function done(state) {
  return {
    title: "Done",
    focus: true,
    body: [
      h("p", {}, state.words),
      h("p", {}, h("a", { class: "button primary", href: state.onward }, state.onwardLabel)),
      state.page === "reset"
        ? // Keys of programs have no password: whoever had the old one may have made some.
          h("p", {}, "Your keys for programs go on working. ", h("a", { href: signInPage("/keys.html") }, "Check them"))
        : null,
    ],
  };
}

export function badLink() {
  return {
    title: "This link is not whole",
    focus: true,
    body: [
      h("p", { class: "quiet" }, "Copy all of it from the message, or ask for another one."),
      h("p", {}, h("a", { class: "button", href: "/sign-in.html" }, "To signing in")),
    ],
  };
}
