/**
 * The board page while there is no board to show: asking the name, loading, and every way in which
 * a board is not there. Pure. The other pages share parts/whole_page.js; with it this one would weigh
 * more than a page may, by 200 bytes (tests/e2e/test_pages_files.py).
 */
import { h } from "../parts/view.js";

/** Phases of a room, and ends of the page itself, each with title and words. */
export const ENDS = {
  "bad-link": [
    "This link is not whole",
    "It names no board. Ask for it again, or open one of yours.",
  ],
  "not-found": [
    "There is no such board, or not for you",
    "The link may have been revoked or have ended. Ask an owner for a new one.",
  ],
  full: ["This board is full", "Ask an owner to make room for you."],
  removed: [
    "You were removed from this board",
    "An owner took you out. What you had saved stays on the board.",
  ],
  gone: ["This board is gone", "It was deleted."],
  failed: [
    "Something went wrong with this board",
    "It is being opened again at the server; try again in a moment.",
  ],
  closed: ["You left this board", "You can open it again any time."],
  "signed-out": [
    "Signed out",
    "Your session has ended. What was not saved is kept on this device, and is sent when you are back.",
  ],
  outdated: ["This page is older than the server", "Reload it; nothing is lost."],
  unreachable: [
    "The server cannot be reached",
    "Check the connection; this page tries again when you ask.",
  ],
};

const button = (label, onclick) =>
  h("button", { class: "button primary", type: "button", onclick }, label);

/** @param {{end: string, incident?: string | null, again?: boolean}} model */
export function endView({ end, incident }, act) {
  const [title, words] = ENDS[end] ?? ENDS.failed;
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
        ["failed", "full", "closed", "unreachable", "outdated"].includes(end)
          ? button("Try again", act.reload)
          : null,
        end === "signed-out" ? button("Sign in again", act.signInAgain) : null,
        h("a", { class: "button", href: "/" }, "All boards"),
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
      h("h1", {}, "You are invited to a board"),
      h("p", { class: "quiet" }, "What shall the others call you?"),
      h(
        "form",
        { class: "stack", onsubmit: submit },
        h(
          "label",
          { class: "field" },
          h("span", {}, "Your name"),
          h("input", {
            class: "input",
            name: "name",
            maxlength: 64,
            required: true,
            autofocus: true,
            autocomplete: "nickname",
          }),
        ),
        problem ? h("p", { class: "notice bad-edge", role: "alert" }, problem) : null,
        h(
          "button",
          { class: "button primary", type: "submit", disabled: busy },
          busy ? "One moment" : "Open the board",
        ),
      ),
    ),
  );
}

/** The place of everything, before anything is known. */
export function skeletonView(link) {
  return h(
    "div",
    {
      class: "board loading",
      key: "skeleton",
      role: "group",
      "aria-busy": "true",
      "aria-label": "Loading the board",
    },
    h(
      "header",
      { class: "topbar", key: "topbar" },
      h("div", { class: "skeleton name" }),
      link ? h("connection-pill", { ".model": link }) : null,
    ),
    h("div", { class: "toolbar", key: "toolbar" }),
    h("main", { class: "stage", key: "stage" }, h("div", { class: "skeleton pitch-place" })),
  );
}
