/** The library page while there is no library to show. Pure. */
import { h } from "../parts/view.js";
import { wholePage } from "../parts/whole_page.js";

const whole = wholePage({
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
  invited: ({ invited }) => (invited ? "Somebody shares a library with you" : "Libraries"),
  about: "Formations, boards, set pieces and drills to begin with.",
  nameLabel: "Your name, as the others will see it",
  enter: "Look into it",
  beside: () => h("p", {}, h("a", { class: "button", href: "/sign-in.html" }, "Sign in")),
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
});

export const endView = whole.endView;
export const nameView = whole.nameView;
export const skeletonView = whole.skeletonView;
