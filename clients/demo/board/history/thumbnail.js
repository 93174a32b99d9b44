/** A board as a picture of the size of a thumb: pitch, players as dots, marks as lines. Pure. */
import { h } from "../../parts/view.js";
import { kitOf } from "../kits.js";
import { dimensionsOf, pitchView } from "../pitch.js";

const DOT = 2_600;

/** @param {any} state a board's, or null while it is on its way */
export function thumbnail(state) {
  if (!state) return h("span", { class: "thumb skeleton", "aria-hidden": "true" });
  const { settings, objects } = state;
  const d = dimensionsOf(settings);
  const [width, height] = [d.length + 2 * d.margin, d.width + 2 * d.margin];
  return h(
    "svg",
    {
      class: "thumb miniature",
      viewBox: `${Math.round(-width / 2)} ${Math.round(-height / 2)} ${Math.round(width)} ${Math.round(height)}`,
      preserveAspectRatio: "xMidYMid meet",
      "aria-hidden": "true",
      same: [state],
    },
    pitchView(settings),
    Object.entries(objects).map(([id, record]) => dot(id, record)),
  );
}

function dot(key, { sort, props }) {
  if (!props.at) return null;
  const [cx, cy] = props.at;
  switch (sort) {
    case "token":
      return h("circle", { key, class: "thumb-token", cx, cy, r: DOT, fill: kitOf(props).fill });
    case "ball":
      return h("circle", { key, class: "thumb-ball", cx, cy, r: DOT * 0.55 });
    case "line":
    case "arrow":
      return h("polyline", {
        key,
        class: "thumb-mark",
        points: props.points.map(([x, y]) => `${cx + x},${cy + y}`).join(" "),
        stroke: props.ink ?? "#ffffff",
      });
    case "zone":
      return h("rect", {
        key,
        class: "thumb-zone",
        x: Math.round(cx - props.size[0] / 2),
        y: Math.round(cy - props.size[1] / 2),
        width: props.size[0],
        height: props.size[1],
        fill: props.fill ?? props.ink ?? "#ffffff",
      });
    default:
      return null;
  }
}
