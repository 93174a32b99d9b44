/** Lines, arrows, zones and texts: one picture each. Pure. */
import { h } from "../parts/view.js";
import { project } from "./projection.js";
import { pendingDot } from "./rings.js";
import { headPath, strokePath } from "./strokes.js";

const TEXT_MM = 2_200;
const round = (value) => Math.round(value);

export function stroke(thing, camera) {
  const { props } = thing;
  const points = props.points.map((point) => project(point, camera));
  const width = Math.max(props.width ?? 260, 2.2 * camera.unit);
  const ink = props.ink ?? "#ffffff";
  const headSize = width * 4.6;
  const head = thing.sort === "arrow" ? (props.head ?? "end") : null;
  const d = strokePath(points, {
    curve: props.curve === true,
    wave: props.stroke === "wavy" ? width * 2.3 : 0,
    zigzag: props.stroke === "zigzag" ? width * 2.6 : 0,
    double: props.stroke === "double" ? width * 2.6 : 0,
    stop: head && head !== "bar" ? headSize * 0.75 : 0,
  });
  const dash = dashOf(props.stroke, width);
  const shape = {
    d,
    "stroke-width": round(width),
    "stroke-dasharray": dash,
    stroke: ink,
    opacity: (props.opacity ?? 100) / 100,
  };
  return [
    h("path", {
      class: "hit",
      d: strokePath(points, { curve: props.curve === true }),
      "stroke-width": round(22 * camera.unit),
    }),
    thing.selected
      ? h("path", { class: "outline-dark", d, "stroke-width": round(width + 7 * camera.unit) })
      : null,
    thing.selected
      ? h("path", { class: "outline-light", d, "stroke-width": round(width + 4 * camera.unit) })
      : null,
    thing.refused
      ? h("path", { class: "outline-bad", d, "stroke-width": round(width + 5 * camera.unit) })
      : null,
    h("path", { class: "stroke", ...shape }),
    head
      ? h("path", {
          class: head === "bar" ? "stroke" : "head",
          d: headPath(points, headSize, head),
          stroke: ink,
          fill: ink,
          "stroke-width": round(width),
          opacity: shape.opacity,
        })
      : null,
    head === "both"
      ? h("path", {
          class: "head",
          d: headPath([...points].reverse(), headSize, "end"),
          fill: ink,
          opacity: shape.opacity,
        })
      : null,
    pendingDot(thing, Math.max(width * 2, 6 * camera.unit), points[0]),
  ];
}

/** Gaps of a line so wide; the dots of a dotted one are its round ends. */
function dashOf(style, width) {
  if (style === "dashed") return `${round(width * 3.2)} ${round(width * 2.4)}`;
  return style === "dotted" ? `0 ${round(width * 2.3)}` : null;
}

export function zone(thing, camera) {
  const { props } = thing;
  const [length, width] = camera.upright ? [props.size[1], props.size[0]] : props.size;
  const ink = props.ink ?? "#ffffff";
  const line = Math.max(props.width ?? 200, 1.6 * camera.unit);
  const shape = (extra) => zoneShape(props, length, width, camera, extra);
  return h(
    "g",
    { transform: props.turn ? `rotate(${props.turn})` : null },
    thing.selected
      ? shape({ class: "outline-dark", "stroke-width": round(line + 7 * camera.unit) })
      : null,
    thing.selected
      ? shape({ class: "outline-light", "stroke-width": round(line + 4 * camera.unit) })
      : null,
    thing.refused
      ? shape({ class: "outline-bad", "stroke-width": round(line + 5 * camera.unit) })
      : null,
    shape({
      class: "area",
      fill: props.fill ?? "#ffffff",
      "fill-opacity": (props.opacity ?? 22) / 100,
      stroke: ink,
      "stroke-width": round(line),
      "stroke-linecap": "round",
      "stroke-dasharray": dashOf(props.stroke, line * 1.25),
    }),
    pendingDot(thing, 7 * camera.unit, [-length / 2, -width / 2]),
  );
}

function zoneShape(props, length, width, camera, extra) {
  if (props.shape === "ellipse")
    return h("ellipse", { rx: round(length / 2), ry: round(width / 2), ...extra });
  if (props.shape === "polygon" && props.points) {
    return h("polygon", {
      points: props.points.map((point) => project(point, camera).join(",")).join(" "),
      ...extra,
    });
  }
  return h("rect", {
    x: round(-length / 2),
    y: round(-width / 2),
    width: round(length),
    height: round(width),
    ...extra,
  });
}

export function text(thing, camera) {
  const { props } = thing;
  const size = Math.max(TEXT_MM * (camera.grain ?? 1), 13 * camera.unit) * ((props.scale ?? 100) / 100);
  const lines = props.text.split("\n");
  const width = Math.max(...lines.map((line) => line.length)) * size * 0.56;
  const box = {
    x: round(-width / 2 - size * 0.3),
    y: round(-size * 0.95),
    width: round(width + size * 0.6),
    height: round(size * (lines.length * 1.2 + 0.25)),
    rx: round(size * 0.2),
  };
  return h(
    "g",
    { transform: props.turn ? `rotate(${props.turn})` : null },
    h("rect", { class: "hit-box", ...box }),
    thing.selected
      ? h("rect", { class: "outline-dark", ...box, "stroke-width": round(5 * camera.unit) })
      : null,
    thing.selected
      ? h("rect", { class: "outline-light", ...box, "stroke-width": round(2.5 * camera.unit) })
      : null,
    thing.refused
      ? h("rect", { class: "outline-bad", ...box, "stroke-width": round(3 * camera.unit) })
      : null,
    lines.map((line, i) =>
      h(
        "text",
        {
          class: "words",
          key: i,
          y: round(i * size * 1.2),
          "font-size": round(size),
          fill: props.ink ?? "#ffffff",
          "stroke-width": round(size * 0.14),
        },
        line,
      ),
    ),
    pendingDot(thing, 6 * camera.unit, [box.x, box.y]),
  );
}
