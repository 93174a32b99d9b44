/** The game page while there is no game to show. Pure. */
import { h } from "../parts/view.js";

export const THING = {
  noun: "game",
  ways: [["Home", "/"]],
  title: "You are invited to follow a game",
  enter: "Come in",
  frame: "feed",
  places: () => [
    h("div", { class: "bug", key: "bug" }, h("div", { class: "skeleton score-place" })),
    h("main", { class: "feed-main", key: "main" }, h("div", { class: "skeleton field-place" })),
  ],
};
