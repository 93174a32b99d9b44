/** The meet page as a pure function of its state: the schedule, or one event of it; beside them the delay, the chat and the officials. */
import { delayView } from "../feed/delay_view.js";
import { topBar as gameBar } from "../feed/top_view.js";
import { chatDrawer, shareDialog } from "../parts/room_sides.js";
import { h } from "../parts/view.js";
import { eventView } from "./event_view.js";
import { officialsView } from "./officials_view.js";
import { scheduleView } from "./schedule_view.js";
import { eventOf } from "./reading.js";
import { clockTime, OFFICES } from "./words.js";

const MEANING = { owner: "chief registrar; everything", editor: "an office, if one is given", annotator: "an office, if one is given", viewer: "follows, or an office that is given" };

export function meetView(model, act) {
  const { narrow, ui, state, office } = model;
  const event = ui.event === null ? null : eventOf(state, ui.event);
  return h(
    "div",
    { class: narrow ? "feed phone meet" : "feed meet", key: "meet", "data-side": ui.side },
    gameBar(model, act),
    h(
      "section",
      { class: "meet-head", key: "head", "aria-label": "Meet" },
      state.meet.name === model.room.name ? null : h("p", { class: "meet-name cut" }, state.meet.name),
      h("p", { class: "small quiet" }, [state.meet.place, state.meet.date].filter(Boolean).join(" · ")),
      h("p", { class: "small office", "data-testid": "office" }, OFFICES[office]),
      office === "chief_registrar"
        ? h("button", { class: "button tiny", type: "button", "data-tool": "people", "aria-expanded": String(ui.side === "people"), onclick: () => act.side(ui.side === "people" ? null : "people") }, "Offices")
        : null,
      model.delay ? h("button", { class: "button tiny behind", type: "button", "data-testid": "behind", onclick: () => act.side("delay") }, `${model.delay} s behind`) : null,
    ),
    h(
      "main",
      { class: "feed-main", key: "main", tabindex: -1 },
      ui.awaySince === null
        ? null
        : h("p", { class: "notice", key: "away", "data-testid": "as-of" }, `No connection: this is the meet as of ${clockTime(ui.awaySince)}. What you write is sent when it is back.`),
      event ? eventView(model, event, act) : scheduleView(model, act),
    ),
    side(model, act),
    shareDialog(model, act, "meet", MEANING),
  );
}

function side(model, act) {
  const { ui } = model;
  const aside = (label, inside) => h("aside", { class: "feed-side", key: "side", "aria-label": label }, inside);
  if (ui.side === "delay") return aside("Delay", delayView(model, act));
  if (ui.side === "people") return aside("Offices", officialsView(model, act));
  if (ui.side !== "chat") return null;
  return aside("Chat", chatDrawer(model, act, "meet"));
}
