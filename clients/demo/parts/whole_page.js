/**
 * A page while there is nothing of its room to show: asking the name, loading, and every way in which
 * the room is not there. Pure.
 *
 * @typedef {object} Thing what the page is of
 * @property {string} noun as in "this board"
 * @property {{[end: string]: [title: string, words: string]}} [ends] what is said otherwise here
 * @property {[label: string, href: string][]} ways out of here
 * @property {string} title for whoever has no name yet
 * @property {string} [about] words under that
 * @property {string} enter the button of that
 * @property {string} frame class of the page that is coming
 * @property {() => any[]} places its parts while they are coming
 */
import { h } from "./view.js";

/** @param {Thing} thing @returns {{[end: string]: [string, string]}} */
const usual = ({ noun }) => ({
  "bad-link": ["This link is not whole", `It names no ${noun}. Ask for it again, or open one of yours.`],
  "not-found": [
    `There is no such ${noun}, or not for you`,
    "The link may have been revoked or have ended. Ask an owner for a new one.",
  ],
  full: [`This ${noun} is full`, "Ask an owner to make room for you."],
  removed: [`You were removed from this ${noun}`, "An owner took you out."],
  gone: [`This ${noun} is gone`, "It was deleted."],
  failed: [
    `Something went wrong with this ${noun}`,
    "It is being opened again at the server; try again in a moment.",
  ],
  closed: [`You left this ${noun}`, "You can open it again any time."],
  "signed-out": [
    "Signed out",
    "Your session has ended. What was not saved is kept on this device, and is sent when you are back.",
  ],
  outdated: ["This page is older than the server", "Reload it; nothing is lost."],
  unreachable: [
    "The server cannot be reached",
    "Check the connection; this page tries again when you ask.",
  ],
});

const button = (label, onclick) =>
  h("button", { class: "button primary", type: "button", onclick }, label);

const page = (about, ...parts) => h("main", { class: "whole-page", ...about }, h("div", {}, ...parts));

/** @param {Thing} thing @param {{end: string, incident?: string | null}} model */
export function endView(thing, { end, incident }, act) {
  const ends = { ...usual(thing), ...thing.ends };
  const [title, words] = ends[end] ?? ends.failed;
  return page(
    { key: "end", "data-testid": `end-${end}` },
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
      thing.ways.map(([label, href]) => h("a", { class: "button", href }, label)),
    ),
  );
}

/** @param {Thing} thing @param {{busy: boolean, problem: string | null}} model @param {any} [beside] */
export function nameView(thing, { busy, problem }, act, beside) {
  const submit = (event) => {
    event.preventDefault();
    const name = new FormData(event.target).get("name").trim();
    if (name) act.signIn(name);
  };
  return page(
    { key: "name" },
    h("h1", {}, thing.title),
    h("p", { class: "quiet" }, thing.about ?? "What shall the others call you?"),
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
        busy ? "One moment" : thing.enter,
      ),
    ),
    beside,
  );
}

/** The place of everything, before anything is known. @param {Thing} thing */
export function skeletonView({ frame, noun, places }, link) {
  return h(
    "div",
    {
      class: `${frame} loading`,
      key: "skeleton",
      role: "group",
      "aria-busy": "true",
      "aria-label": `Loading the ${noun}`,
    },
    h(
      "header",
      { class: "topbar", key: "topbar" },
      h("div", { class: "skeleton name" }),
      link ? h("connection-pill", { ".model": link }) : null,
    ),
    places(),
  );
}
