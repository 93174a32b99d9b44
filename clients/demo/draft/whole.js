/** The draft page while there is no draft to show. Pure. */
import { h } from "../parts/view.js";

export const THING = {
  noun: "draft",
  ends: {
    removed: ["You were removed from this draft", "The commissioner took you out. Your picks stay."],
  },
  ways: [["Home", "/"]],
  title: "You are invited to a draft",
  enter: "Come in",
  frame: "draft",
  places: () => [
    h("div", { class: "clock-bar", key: "clock" }, h("div", { class: "skeleton who-place" })),
    h("main", { class: "draft-main", key: "main" }, h("div", { class: "skeleton grid-place" })),
  ],
};
