/** Layers: what is locked together and by whom, what this page shows, and where things are made. Pure. */
import { icon } from "../../parts/icons.js";
import { h } from "../../parts/view.js";
import { LAYER_OF, mayAdd, mayLock } from "../rights.js";
import { drawerFrame } from "./drawer_frame.js";

const LAYERS = [
  ["players", "Players and balls"],
  ["equipment", "Equipment"],
  ["marks", "Lines, zones and texts"],
  ["phases", "Phases"],
];

/** @param {{room: any, ui: any, who: any, names: Record<string, string>}} model */
export function layersView({ room, ui, who, names }, act) {
  const { layers, objects } = room.state;
  const counts = new Map();
  for (const { sort } of Object.values(objects))
    counts.set(LAYER_OF[sort], (counts.get(LAYER_OF[sort]) ?? 0) + 1);
  return drawerFrame(
    "layers",
    "Layers",
    act,
    h(
      "p",
      { class: "quiet small" },
      "A locked layer is left alone by all but the one who locked it, and owners. Comments can always be made.",
    ),
    h(
      "ul",
      { class: "layers" },
      LAYERS.map(([layer, name]) =>
        layerRow(
          { layer, name, by: layers[layer] ?? null, count: counts.get(layer) ?? 0 },
          { ui, who, names },
          act,
        ),
      ),
    ),
    h(
      "div",
      { class: "button-row", key: "everything" },
      h("button", { class: "button", type: "button", onclick: act.selectAll }, "Select everything"),
      h(
        "button",
        {
          class: "button",
          type: "button",
          disabled: !mayAdd(who, "line"),
          title: "What was copied here or on another board (Ctrl+V)",
          onclick: () => act.paste(),
        },
        "Paste",
      ),
    ),
    h(
      "label",
      { class: "switch", key: "snap" },
      h("input", {
        type: "checkbox",
        role: "switch",
        ".checked": ui.snap,
        onchange: (event) => act.setSnap(event.target.checked),
      }),
      h(
        "span",
        {},
        h("b", {}, "Stick to lines of others"),
        h("br", {}),
        h("span", { class: "quiet small" }, "While dragging; hold Ctrl to move freely"),
      ),
    ),
  );
}

function layerRow({ layer, name, by, count }, { ui, who, names }, act) {
  const mayUnlock = mayLock(who) && (by === null || by === who.me || who.role === "owner");
  const hidden = ui.hidden.has(layer);
  return h(
    "li",
    { key: layer, "data-layer": layer, "data-locked": by !== null },
    h(
      "span",
      { class: "grow" },
      h("b", {}, name),
      h("br", {}),
      h(
        "span",
        { class: "quiet small" },
        by === null
          ? `${count} on the board`
          : `${count}, locked by ${by === who.me ? "you" : (names[by] ?? "somebody")}`,
      ),
    ),
    layer === "phases"
      ? null
      : h(
          "button",
          {
            class: "button plain square",
            type: "button",
            "aria-pressed": String(hidden),
            "aria-label": `Hide ${name.toLowerCase()} on this page`,
            title: hidden ? "Hidden on this page" : "Hide on this page",
            onclick: () => act.showLayer(layer, hidden),
          },
          icon("eye"),
        ),
    h(
      "button",
      {
        class: "button",
        type: "button",
        disabled: !mayUnlock,
        "aria-label": `${by === null ? "Lock" : "Unlock"} ${name.toLowerCase()}`,
        onclick: () => act.lockLayer(layer, by === null),
      },
      icon(by === null ? "lock" : "unlock"),
      by === null ? "Lock" : "Unlock",
    ),
  );
}
