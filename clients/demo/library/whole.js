/** The library page while there is no library to show: asking the name, loading, every way to be away. Pure. */
import { h } from "../parts/view.js";

const ENDS = {
  "bad-link": ["This link is not whole", "It names no library. Ask for it again."],
  "not-found": [
    "There is no such library, or not for you",
    "It may have been made private, or the link has ended. Ask an owner for a new one.",
  ],
  removed: ["You were removed from this library", "An owner took you out. What you saved stays there."],
  gone: ["This library is gone", "It was deleted."],
  failed: ["Something went wrong with this library", "Try again in a moment."],
  closed: ["You left this library", "You can open it again any time."],
  unreachable: ["The server cannot be reached", "This library has not been opened on this device yet."],
  "signed-out": [
    "Signed out",
    "Your session has ended. What was not saved is kept on this device, and is sent when you are back.",
  ],
  outdated: ["This page is older than the server", "Reload it; nothing is lost."],
};

const AGAIN = new Set(["failed", "closed", "unreachable", "outdated"]);

/** @param {{end: string, incident?: string | null}} model */
export function endView({ end, incident }, act) {
  const [title, words] = ENDS[end] ?? ENDS.failed;
  const button = (label, onclick) =>
    h("button", { class: "button primary", type: "button", onclick }, label);
  return h(
    "main",
    { class: "whole-page", key: "end", "data-testid": `end-${end}` },
    h(
      "div",
      {},
      h("h1", {}, title),
      h("p", { class: "quiet" }, words),
      incident ? h("p", { class: "small quiet" }, "Incident ", h("b", {}, incident)) : null,
      h(
        "div",
        { class: "row wrap" },
        AGAIN.has(end) ? button("Try again", act.reload) : null,
        end === "signed-out" ? button("Sign in again", act.signInAgain) : null,
        h("a", { class: "button", href: "/library.html" }, "All libraries"),
        h("a", { class: "button plain", href: "/" }, "Boards"),
      ),
    ),
  );
}

/** @param {{busy: boolean, problem: string | null, invited: boolean}} model */
export function nameView({ busy, problem, invited }, act) {
  const submit = (event) => {
    event.preventDefault();
    const name = new FormData(event.target).get("name").trim();
    if (name) act.signIn(name);
  };
  const input = {
    ...{ class: "input", name: "name", maxlength: 64, required: true },
    ...{ autofocus: true, autocomplete: "nickname" },
  };
  return h(
    "main",
    { class: "whole-page", key: "name" },
    h(
      "div",
      {},
      h("h1", {}, invited ? "Somebody shares a library with you" : "Libraries"),
      h("p", { class: "quiet" }, "Formations, boards, set pieces and drills to begin with."),
      h(
        "form",
        { class: "stack", onsubmit: submit },
        h("label", { class: "field" }, h("span", {}, "Your name, as the others will see it"), h("input", input)),
        problem ? h("p", { class: "notice bad-edge", role: "alert" }, problem) : null,
        h(
          "button",
          { class: "button primary", type: "submit", disabled: busy },
          busy ? "One moment" : "Look into it",
        ),
      ),
      h("p", {}, h("a", { class: "button", href: "/sign-in.html" }, "Sign in")),
    ),
  );
}

/** The place of everything, before anything is known. */
export function skeletonView(link) {
  return h(
    "div",
    { class: "shelf loading", key: "skeleton", "aria-busy": "true", "aria-label": "Loading the library" },
    h(
      "header",
      { class: "topbar", key: "topbar" },
      h("div", { class: "skeleton name" }),
      link ? h("connection-pill", { ".model": link }) : null,
    ),
    h(
      "main",
      { key: "main" },
      h(
        "ul",
        { class: "cards" },
        [1, 2, 3, 4, 5, 6].map((n) => h("li", { key: n, class: "skeleton card-place" })),
      ),
    ),
  );
}
