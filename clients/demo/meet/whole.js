/** The meet page while there is no meet to show. Pure. */
import { h } from "../parts/view.js";

export const THING = {
  noun: "meet",
  ways: [["Home", "/"]],
  title: "You are invited to a meet",
  enter: "Come in",
  frame: "feed meet",
  places: () => [
    h("div", { class: "bug", key: "bug" }, h("div", { class: "skeleton score-place" })),
    h("main", { class: "feed-main", key: "main" }, h("div", { class: "skeleton field-place" })),
  ],
};
