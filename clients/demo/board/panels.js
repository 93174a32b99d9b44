/**
 * What is fetched after the board itself: drawers beside the pitch and what their buttons do, what
 * one can say of a tool, the players of an empty board.
 */
import "../parts/chat_drawer.js";
import { h } from "../parts/view.js";
import { settingsView, unsavedView } from "./drawers.js";
import { inspectorView } from "./inspector.js";
import { lineUps } from "./line_ups.js";
import { layersView } from "./marks/layers_drawer.js";
import * as acts from "./marks/panel_acts.js";
import { teamsView } from "./marks/teams_drawer.js";
import { toolOptions } from "./marks/tool_options.js";
import { selectedIn } from "./over_pitch.js";
import { phaseView } from "./phases/phase_drawer.js";

/** Each a function of the page's model (view.js) and what can be done. */
const drawers = {
  inspector: ({ room, ui, who, names }, act) =>
    inspectorView(
      {
        ...{ records: selectedIn(room, ui), who, names, settings: room.state.settings },
        ...{ objects: room.state.objects, phase: ui.phase },
      },
      act,
    ),
  layers: layersView,
  teams: teamsView,
  phase: phaseView,
  settings: ({ room, ui, who }, act) =>
    settingsView({ room, state: room.state, who, ui }, act),
  unsaved: ({ work, ui }, act) =>
    unsavedView(
      {
        sure: ui.discarding,
        items: work.refused(),
        words: (item) => work.itemWords(item),
        conflicts: work.conflicts(),
        conflictWords: (one) => work.conflictWords(one),
      },
      act,
    ),
  chat: ({ room, names, who }, act) =>
    h("chat-drawer", {
      class: "panel",
      key: "chat",
      ".model": { chat: room.membership.chat, names, me: who.me },
      "ondrawer-close": () => act.drawer(null),
      "onchat-say": act.sayInChat,
    }),
};

export { acts, drawers, lineUps, toolOptions };
