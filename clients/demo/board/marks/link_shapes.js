/**
 * Links between things, which follow them, and measured distances: their pictures, and where a link
 * lies at an instant. Pure.
 */
import { h } from "../../parts/view.js";
import { stroke } from "../mark_shapes.js";
import { project } from "../projection.js";
import { pendingDot } from "../rings.js";
import { tokenRadius } from "../token_size.js";
import { lengthWords } from "./lengths.js";

const round = (value) => Math.round(value);
const REACH = { token: 1, ball: 0.62, equipment: 0.5 };

/**
 * A link as a mark with points of its own at this instant; null while less than two of its ends
 * are there.
 * @param {(id: string, record: any) => [number, number]} place
 */
export function linkNow({ props }, objects, place) {
  const there = props.ends.filter((id) => objects[id]?.props.at);
  if (there.length < 2) return null;
  const places = there.map((id) => place(id, objects[id]));
  const mean = (axis) => round(places.reduce((sum, one) => sum + one[axis], 0) / places.length);
  const at = [mean(0), mean(1)];
  return {
    at,
    points: places.map(([x, y]) => [x - at[0], y - at[1]]),
    reach: there.map((id) => [REACH[objects[id].sort] ?? 0, objects[id].props.scale ?? 100]),
  };
}

export function link(thing, camera) {
  const { props } = thing;
  const closed = props.points.length > 2 && props.fill;
  const radius = ([times, scale]) => tokenRadius({ scale }, camera) * times;
  const radii = props.reach.map(radius);
  const screen = props.points.map((point) => project(point, camera));
  const trimmed = closed ? [...props.points, props.points[0]] : apartFrom(props.points, radii);
  const line = trimmed && {
    ...thing,
    sort: props.head ? "arrow" : "line",
    props: { ...props, points: trimmed, width: props.width ?? 200 },
  };
  return [
    closed
      ? h("polygon", {
          class: "area",
          points: screen.map((point) => point.map(round).join(",")).join(" "),
          fill: props.fill,
          "fill-opacity": Math.min(0.3, (props.opacity ?? 22) / 100),
        })
      : null,
    line ? stroke(line, camera) : null,
    props.measure ? lengths(closed ? [...props.points, props.points[0]] : props.points, thing, camera) : null,
  ];
}

/** The first and the last point moved out of what stands there; null where they touch. */
function apartFrom(points, radii) {
  const pulled = (from, to, by) => {
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    const part = by / (length || 1);
    return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
  };
  const last = points.length - 1;
  const [[ax, ay], [bx, by]] = points;
  if (last === 1 && Math.hypot(bx - ax, by - ay) <= radii[0] + radii[1]) return null;
  return points.map((point, i) => {
    if (i === 0) return pulled(point, points[1], radii[0]);
    return i === last ? pulled(point, points[last - 1], radii[last]) : point;
  });
}

function lengths(points, thing, camera) {
  return points.slice(1).map((point, i) => {
    const before = points[i];
    const middle = [(point[0] + before[0]) / 2, (point[1] + before[1]) / 2];
    const mm = Math.hypot(point[0] - before[0], point[1] - before[1]);
    return label(lengthWords(mm, thing.units), project(middle, camera), camera);
  });
}

function label(words, [x, y], camera) {
  const size = Math.max(1_150 * (camera.grain ?? 1), 12 * camera.unit);
  return h(
    "text",
    {
      class: "length",
      x: round(x),
      y: round(y - size * 0.35),
      "font-size": round(size),
      "stroke-width": round(size * 0.26),
    },
    words,
  );
}

/** A distance: from here to there with a bar at each end, and how long it is. */
export function measure(thing, camera) {
  const { props } = thing;
  const [a, b] = props.points.map((point) => project(point, camera));
  const ink = props.ink ?? "#ffffff";
  const width = Math.max(props.width ?? 160, 1.8 * camera.unit);
  const long = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
  const bar = 6 * camera.unit + width;
  const [nx, ny] = [(-(b[1] - a[1]) / long) * bar, ((b[0] - a[0]) / long) * bar];
  const d = [
    `M${round(a[0])} ${round(a[1])}L${round(b[0])} ${round(b[1])}`,
    ...[a, b].map(
      ([x, y]) => `M${round(x - nx)} ${round(y - ny)}L${round(x + nx)} ${round(y + ny)}`,
    ),
  ].join("");
  const outline = (kind, more) =>
    h("path", { class: kind, d, "stroke-width": round(width + more * camera.unit) });
  const middle = [(props.points[0][0] + props.points[1][0]) / 2, (props.points[0][1] + props.points[1][1]) / 2];
  return [
    h("path", { class: "hit", d, "stroke-width": round(22 * camera.unit) }),
    thing.selected ? [outline("outline-dark", 7), outline("outline-light", 4)] : null,
    thing.refused ? outline("outline-bad", 5) : null,
    h("path", { class: "stroke", d, stroke: ink, "stroke-width": round(width) }),
    label(lengthWords(long, thing.units), project(middle, camera), camera),
    pendingDot(thing, 6 * camera.unit, a),
  ];
}
