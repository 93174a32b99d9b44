/** Who is here: an account, or a guest, and how a guest keeps the boards. Pure. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";

export function signedIn(state, actions) {
  const { guest, boards } = state;
  if (guest.kind === "account") {
    return [
      h(
        "a",
        { class: "button plain me", key: "me", href: "/account.html", title: "Your account" },
        icon("people"),
        h("span", { class: "cut" }, guest.name),
      ),
      signOutButton(actions.signOut),
    ];
  }
  const loses = boards === null || boards.length > 0;
  return [
    h("span", { class: "quiet cut me", key: "me" }, guest.name),
    signOutButton(loses ? () => actions.askToLeave(true) : actions.signOut),
  ];
}

function signOutButton(onclick) {
  return h("button", { class: "button plain", key: "out", type: "button", onclick }, "Sign out");
}

/** What a guest should know: that the boards are lost with this device, unless there is an account. */
export function guestNotice(state, actions) {
  if (state.guest.kind !== "guest") return null;
  if (state.leaving) {
    return h(
      "div",
      { class: "notice keep", key: "keep", role: "group", "aria-label": "Sign out" },
      h("p", {}, "A guest who signs out cannot come back to these boards."),
      h(
        "p",
        { class: "row wrap" },
        h("a", { class: "button primary", href: "/sign-up.html" }, "Keep them: make an account"),
        h(
          "button",
          { class: "button danger", type: "button", onclick: actions.signOut },
          "Sign out all the same",
        ),
        h(
          "button",
          { class: "button plain", type: "button", onclick: () => actions.askToLeave(false) },
          "Stay",
        ),
      ),
    );
  }
  if (!state.boards?.length) return null;
  return h(
    "p",
    { class: "notice calm keep row wrap", key: "keep" },
    h("span", { class: "grow" }, "These boards are on this device only, for a guest."),
    h("a", { class: "button", href: "/sign-up.html" }, "Keep your boards: make an account"),
  );
}
