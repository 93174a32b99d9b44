/** The game page while there is no game to show. Pure. */
import { h } from "../parts/view.js";
import { wholePage } from "../parts/whole_page.js";

const whole = wholePage({
  noun: "game",
  ways: [["Home", "/"]],
  invited: () => "You are invited to follow a game",
  enter: "Come in",
  frame: "feed",
  places: () => [
    h("div", { class: "bug", key: "bug" }, h("div", { class: "skeleton score-place" })),
    h("main", { class: "feed-main", key: "main" }, h("div", { class: "skeleton field-place" })),
  ],
});

export const endView = whole.endView;
export const nameView = whole.nameView;
export const skeletonView = whole.skeletonView;
