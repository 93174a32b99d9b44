/** The league page while there is no league to show. Pure. */
import { h } from "../parts/view.js";

export const THING = {
  noun: "league",
  ways: [["Home", "/"]],
  title: "You are invited to a league",
  enter: "Come in",
  frame: "league",
  places: () => [
    h("div", { class: "week-bar", key: "bar" }, h("div", { class: "skeleton week-place" })),
    h("main", { class: "league-main", key: "main" }, h("div", { class: "skeleton tile-place" })),
  ],
};
