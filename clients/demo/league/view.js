/**
 * The league page as a pure function of its state: the week with its matchups, or one matchup; beside
 * them (on a phone over them) the delay and the chat.
 */
import { delayView } from "../feed/delay_view.js";
import { topBar } from "../feed/top_view.js";
import { chatDrawer, shareDialog } from "../parts/room_sides.js";
import { h } from "../parts/view.js";
import { lineUpView } from "./line_up_view.js";
import { matchupView } from "./matchup_view.js";
import { notices, weekBar } from "./top_view.js";
import { weekView } from "./week_view.js";

const MEANING = {
  owner: "the commissioner: everything, also people and links",
  editor: "manages the own teams",
  annotator: "looks",
  viewer: "looks",
};

export function leagueView(model, act) {
  const { narrow, ui } = model;
  return h(
    "div",
    { class: narrow ? "league phone" : "league", key: "league", "data-side": ui.side },
    topBar(model, act),
    weekBar(model, act),
    h("main", { class: "league-main", key: "main", tabindex: -1 }, notices(model), content(model, act)),
    side(model, act),
    shareDialog(model, act, "league", MEANING),
  );
}

function content(model, act) {
  if (model.ui.editing !== null) return lineUpView(model, act);
  return model.ui.matchup === null ? weekView(model, act) : matchupView(model, act);
}

function side(model, act) {
  const { ui } = model;
  if (ui.side === "delay") return h("aside", { class: "league-side", key: "side", "aria-label": "Delay" }, delayView(model, act));
  if (ui.side !== "chat") return null;
  return h("aside", { class: "league-side", key: "side", "aria-label": "Chat" }, chatDrawer(model, act, "league"));
}
