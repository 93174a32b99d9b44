/** The league page while there is no league to show. Pure. */
import { h } from "../parts/view.js";
import { wholePage } from "../parts/whole_page.js";

const whole = wholePage({
  noun: "league",
  ways: [["Home", "/"]],
  invited: () => "You are invited to a league",
  enter: "Come in",
  frame: "league",
  places: () => [
    h("div", { class: "week-bar", key: "bar" }, h("div", { class: "skeleton week-place" })),
    h("main", { class: "league-main", key: "main" }, h("div", { class: "skeleton tile-place" })),
  ],
});

export const endView = whole.endView;
export const nameView = whole.nameView;
export const skeletonView = whole.skeletonView;
