/** The board page while there is no board to show. Pure. */
import { h } from "../parts/view.js";

export const THING = {
  noun: "board",
  ends: {
    removed: [
      "You were removed from this board",
      "An owner took you out. What you had saved stays on the board.",
    ],
  },
  ways: [["All boards", "/"]],
  title: "You are invited to a board",
  enter: "Open the board",
  frame: "board",
  places: () => [
    h("div", { class: "toolbar", key: "toolbar" }),
    h("main", { class: "stage", key: "stage" }, h("div", { class: "skeleton pitch-place" })),
  ],
};
