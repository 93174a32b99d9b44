/** A board as a picture of the size of a thumb: pitch, players as dots, equipment, marks as lines. Pure. */
import { h } from "../../parts/view.js";
import { kitOf } from "../kits.js";
import { halfSides, itemPicture } from "../marks/equipment_shapes.js";
import { dimensionsOf, pitchView } from "../pitch.js";

const DOT = 2_600;
/** So large that equipment can be told apart: as if a pixel showed so much. */
const UNIT_MM = 250;
const LINE_MM = 500;

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
    Object.entries(objects).map(([id, record]) =>
      record.sort === "link" ? linked(id, record.props, objects) : dot(id, record, settings.sport),
    ),
  );
}

function linked(key, { ends, ink }, objects) {
  const places = ends.map((end) => objects[end]?.props.at);
  if (places.some((at) => !at)) return null;
  return h("polyline", { key, class: "thumb-mark", points: places.join(" "), stroke: ink ?? "#ffffff" });
}

function dot(key, { sort, props }, sport) {
  if (!props.at) return null;
  const [cx, cy] = props.at;
  switch (sort) {
    case "token":
      return h("circle", { key, class: "thumb-token", cx, cy, r: DOT, fill: kitOf(props).fill });
    case "ball":
      return h("circle", { key, class: "thumb-ball", cx, cy, r: DOT * 0.55 });
    case "equipment": {
      const turn = props.turn ? ` rotate(${props.turn})` : "";
      const picture = itemPicture(props, ...halfSides(props, sport, UNIT_MM), LINE_MM);
      return h("g", { key, class: "thumb-item", transform: `translate(${cx} ${cy})${turn}` }, picture);
    }
    case "line":
    case "measure":
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
