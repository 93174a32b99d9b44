/** The library page while there is no library to show. Pure. */
import { h } from "../parts/view.js";

export const THING = {
  noun: "library",
  ends: {
    "not-found": [
      "There is no such library, or not for you",
      "It may have been made private, or the link has ended. Ask an owner for a new one.",
    ],
    removed: [
      "You were removed from this library",
      "An owner took you out. What you saved stays there.",
    ],
    unreachable: [
      "The server cannot be reached",
      "This library has not been opened on this device yet.",
    ],
  },
  ways: [
    ["All libraries", "/library.html"],
    ["Boards", "/"],
  ],
  title: "Libraries",
  about: "Formations, boards, set pieces and drills to begin with.",
  enter: "Look into it",
  frame: "shelf",
  places: () => [
    h(
      "main",
      { key: "main" },
      h(
        "ul",
        { class: "cards" },
        [1, 2, 3, 4, 5, 6].map((n) => h("li", { key: n, class: "skeleton card-place" })),
      ),
    ),
  ],
};

export const INVITED = { ...THING, title: "Somebody shares a library with you" };

/** For who has an account. */
export const signIn = () => h("p", {}, h("a", { class: "button", href: "/sign-in.html" }, "Sign in"));
