/**
 * Parts of the page that are fetched when the board is already there: it shows sooner. The service
 * worker keeps their files too, so they come without a connection.
 */
import { h } from "../parts/view.js";

/** @type {{panels: null | typeof import("./panels.js")}} */
export const later = { panels: null };

/** Fetches them; where that fails, again when it is called the next time. */
export async function fetchLater(changed) {
  if (later.panels) return;
  try {
    [later.panels] = await Promise.all([
      import("./panels.js"),
      import("../parts/share_dialog.js"),
    ]);
    changed();
  } catch (error) {
    console.warn("Some panels could not be fetched:", error.message);
  }
}

/** In the place of a drawer that is on its way. */
export function waitingView(act) {
  return h(
    "aside",
    { class: "panel", key: "waiting", "aria-label": "Loading", "aria-busy": "true" },
    h(
      "header",
      {},
      h("h2", {}, "One moment"),
      h("button", { class: "button", type: "button", onclick: () => act.drawer(null) }, "Close"),
    ),
    h("div", { class: "scroll stack" }, h("div", { class: "skeleton line" })),
  );
}
