/** A drawer beside the pitch: its title, a way to close it, what is in it. Pure. */
import { icon } from "../../parts/icons.js";
import { h } from "../../parts/view.js";

export function drawerFrame(key, title, act, ...content) {
  return h(
    "aside",
    { class: "panel", key, "aria-label": title },
    h(
      "header",
      {},
      h("h2", {}, title),
      h(
        "button",
        {
          class: "button plain square",
          type: "button",
          "aria-label": `Close ${title.toLowerCase()}`,
          onclick: () => act.drawer(null),
        },
        icon("close"),
      ),
    ),
    h("div", { class: "scroll stack" }, content),
  );
}
