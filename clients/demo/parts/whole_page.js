/**
 * A page while there is nothing of its room to show: asking the name, loading, and every way in which
 * the room is not there. Pure.
 *
 * @typedef {object} Thing what the page is of
 * @property {string} noun as in "this board"
 * @property {{[end: string]: [title: string, words: string]}} [ends] what is said otherwise here
 * @property {[label: string, href: string][]} ways out of here
 * @property {(model: {invited?: boolean}) => string} invited the title for whoever has no name yet
 * @property {string} [about] words under that
 * @property {string} [nameLabel]
 * @property {string} enter the button of that
 * @property {() => any} [beside] more under the form
 * @property {string} frame class of the page that is coming
 * @property {() => any[]} places its parts while they are coming
 */
import { h } from "./view.js";

/** @param {string} noun @returns {{[end: string]: [string, string]}} */
const usual = (noun) => ({
  "bad-link": ["This link is not whole", `It names no ${noun}. Ask for it again, or open one of yours.`],
  "not-found": [
    `There is no such ${noun}, or not for you`,
    "The link may have been revoked or have ended. Ask an owner for a new one.",
  ],
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

const AGAIN = new Set(["failed", "closed", "unreachable", "outdated"]);

const button = (label, onclick) =>
  h("button", { class: "button primary", type: "button", onclick }, label);

const way = ([label, href]) => h("a", { class: "button", href }, label);

/** @param {Thing} thing */
export function wholePage(thing) {
  const ends = { ...usual(thing.noun), ...thing.ends };
  return {
    /** @param {{end: string, incident?: string | null}} model */
    endView({ end, incident }, act) {
      const [title, words] = ends[end] ?? ends.failed;
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
            thing.ways.map(way),
          ),
        ),
      );
    },

    /** @param {{busy: boolean, problem: string | null, invited?: boolean}} model */
    nameView(model, act) {
      const submit = (event) => {
        event.preventDefault();
        const name = new FormData(event.target).get("name").trim();
        if (name) act.signIn(name);
      };
      const input = {
        ...{ class: "input", name: "name", maxlength: 64, required: true },
        ...{ autofocus: true, autocomplete: "nickname" },
      };
      const { busy, problem } = model;
      return h(
        "main",
        { class: "whole-page", key: "name" },
        h(
          "div",
          {},
          h("h1", {}, thing.invited(model)),
          h("p", { class: "quiet" }, thing.about ?? "What shall the others call you?"),
          h(
            "form",
            { class: "stack", onsubmit: submit },
            h(
              "label",
              { class: "field" },
              h("span", {}, thing.nameLabel ?? "Your name"),
              h("input", input),
            ),
            problem ? h("p", { class: "notice bad-edge", role: "alert" }, problem) : null,
            h(
              "button",
              { class: "button primary", type: "submit", disabled: busy },
              busy ? "One moment" : thing.enter,
            ),
          ),
          thing.beside?.(),
        ),
      );
    },

    /** The place of everything, before anything is known. */
    skeletonView(link) {
      return h(
        "div",
        {
          ...{ class: `${thing.frame} loading`, key: "skeleton", role: "group" },
          ...{ "aria-busy": "true", "aria-label": `Loading the ${thing.noun}` },
        },
        h(
          "header",
          { class: "topbar", key: "topbar" },
          h("div", { class: "skeleton name" }),
          link ? h("connection-pill", { ".model": link }) : null,
        ),
        thing.places(),
      );
    },
  };
}
