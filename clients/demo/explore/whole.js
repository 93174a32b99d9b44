/** The page of questions while nobody asks: the name first, or signed out. Pure. */
import { h } from "../parts/view.js";

/** @param {{end: string}} model */
export function endView(_model, act) {
  return h(
    "main",
    { class: "whole-page", key: "end", "data-testid": "end-signed-out" },
    h(
      "div",
      {},
      h("h1", {}, "Signed out"),
      h("p", { class: "quiet" }, "Your session has ended. The question stays in the address."),
      h(
        "div",
        { class: "row wrap" },
        h("button", { class: "button primary", type: "button", onclick: act.signInAgain }, "Sign in again"),
        h("a", { class: "button", href: "/" }, "Home"),
      ),
    ),
  );
}

/** @param {{busy: boolean, problem: string | null}} model */
export function nameView({ busy, problem }, act) {
  const submit = (event) => {
    event.preventDefault();
    const name = new FormData(event.target).get("name").trim();
    if (name) act.signIn(name);
  };
  return h(
    "main",
    { class: "whole-page", key: "name" },
    h(
      "div",
      {},
      h("h1", {}, "Ask about plays"),
      h("p", { class: "quiet" }, "Every play of every open game, by situation. Who asks?"),
      h(
        "form",
        { class: "stack", onsubmit: submit },
        h(
          "label",
          { class: "field" },
          h("span", {}, "Your name"),
          h("input", { class: "input", name: "name", maxlength: 64, required: true, autofocus: true, autocomplete: "nickname" }),
        ),
        problem ? h("p", { class: "notice bad-edge", role: "alert" }, problem) : null,
        h("button", { class: "button primary", type: "submit", disabled: busy }, busy ? "One moment" : "Come in"),
      ),
      h("p", { class: "row wrap" }, h("a", { class: "button plain", href: "/sign-in.html" }, "Sign in")),
    ),
  );
}
