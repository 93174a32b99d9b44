/**
 * The game page as a pure function of its state: score, field and plays; beside them (on a phone over
 * them) the delay and the chat.
 */
import { chatDrawer, shareDialog } from "../parts/room_sides.js";
import { h } from "../parts/view.js";
import { delayView } from "./delay_view.js";
import { profileOf } from "./profiles/table.js";
import { reactionsView } from "./reactions.js";
import { notices, topBar } from "./top_view.js";
import { watchView } from "./watch_view.js";

const MEANING = {
  owner: "everything, also people and links",
  editor: "reports plays",
  annotator: "follows",
  viewer: "follows",
};

export function feedView(model, act) {
  const { narrow, ui } = model;
  const profile = profileOf(model.state);
  return h(
    "div",
    { class: narrow ? "feed phone" : "feed", key: "feed", "data-side": ui.side },
    topBar(model, act),
    profile.bug(model, act),
    h(
      "main",
      { class: "feed-main", key: "main", tabindex: -1 },
      notices(model),
      profile.ground(model),
      reactionsView(model, act),
      profile.happened(model, act),
    ),
    side(model, act),
    shareDialog(model, act, "game", MEANING),
  );
}

function side(model, act) {
  const { ui } = model;
  if (ui.side === "delay") return h("aside", { class: "feed-side", key: "side", "aria-label": "Delay" }, delayView(model, act, watchView(model, act)));
  if (ui.side !== "chat") return null;
  return h("aside", { class: "feed-side", key: "side", "aria-label": "Chat" }, chatDrawer(model, act, "game"));
}
