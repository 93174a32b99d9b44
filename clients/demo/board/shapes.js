/**
 * One picture an object: tokens, balls, lines, arrows, zones, texts. Pure: a thing to draw in, a description out.
 *
 * @typedef {import("./projection.js").Camera} Camera
 * @typedef {{id: string, sort: string, props: Record<string, any>, at: [number, number], label: string, selected: boolean,
 *   pending: boolean, locked: boolean, refused: boolean, pattern: boolean, ghost?: boolean, focusable?: boolean,
 *   holder?: {name: string, colour: string} | null, sport: string}} Thing
 */
import { h } from "../parts/view.js";
import { isKeeper, kitOf } from "./kits.js";
import { project, projectAngle } from "./projection.js";
import { headPath, strokePath } from "./strokes.js";

const TOKEN_MM = 1_700;
const TOKEN_PX_MIN = 14;
const TEXT_MM = 2_200;

/** Radius of a token in mm: to scale, but never too small to see and to grab. @param {Camera} camera */
export function tokenRadius(props, camera) {
  return Math.max(TOKEN_MM, TOKEN_PX_MIN * camera.unit) * ((props.scale ?? 100) / 100);
}

/** @param {Thing} thing @param {Camera} camera */
export function shapeView(thing, camera) {
  const [x, y] = project(thing.at, camera).map(Math.round);
  const draw = { token, ball, line: stroke, arrow: stroke, zone, text }[thing.sort];
  const classes = ["thing", thing.sort, thing.selected && "selected", thing.pending && "pending", thing.ghost && "ghost",
    thing.locked && "locked", thing.holder && "held"].filter(Boolean).join(" ");
  return h(
    "g",
    {
      key: thing.id,
      class: classes,
      "data-id": thing.id,
      "data-sort": thing.sort,
      transform: `translate(${x} ${y})`,
      tabindex: thing.focusable ? 0 : null,
      role: thing.focusable ? "button" : null,
      "aria-pressed": thing.focusable ? String(thing.selected) : null,
      "aria-label": thing.focusable ? thing.label : null,
      vars: thing.holder ? { holder: thing.holder.colour } : null,
    },
    draw(thing, camera),
    thing.holder ? heldBy(thing, camera) : null,
  );
}

function token(thing, camera) {
  const { props } = thing;
  const r = tokenRadius(props, camera);
  const { fill, ink, trim } = kitOf(props);
  const text = props.number ?? props.role ?? "";
  return [
    rings(thing, camera, r),
    props.facing === null || props.facing === undefined ? null : facing(projectAngle(props.facing, camera), r),
    h("circle", { class: "shirt", r: round(r), fill, "stroke-width": round(r * 0.12) }),
    trim ? h("circle", { r: round(r * 0.83), fill: "none", stroke: trim, "stroke-width": round(r * 0.18) }) : null,
    thing.pattern && props.side === "away" ? stripes(r, ink) : null,
    h("text", { class: "number", y: round(r * 0.36), "font-size": round(r * (String(text).length > 2 ? 0.78 : 1.02)), fill: ink }, text),
    isKeeper(props) ? h("path", { class: "keeper", d: `M${round(-r * 0.5)} ${round(r * 0.62)}h${round(r)}`, stroke: ink, "stroke-width": round(r * 0.1) }) : null,
    props.name ? caption(props.name, r + camera.unit * 12, camera) : null,
    marksOf(thing, r),
  ];
}

function facing(degrees, r) {
  const d = `M${round(r * 1.5)} 0L${round(r * 1.02)} ${round(-r * 0.42)}L${round(r * 1.02)} ${round(r * 0.42)}Z`;
  return h("path", { class: "facing", d, transform: `rotate(${degrees})`, "stroke-width": round(r * 0.1) });
}

function stripes(r, ink) {
  const bar = (x) => {
    const y = Math.sqrt((r * 0.92) ** 2 - x ** 2);
    return `M${round(x)} ${round(-y)}V${round(y)}`;
  };
  return h("path", { class: "kit-pattern", d: bar(-r * 0.55) + bar(r * 0.55), stroke: ink, "stroke-width": round(r * 0.16) });
}

function caption(words, y, camera) {
  const size = Math.max(1_050, 11 * camera.unit);
  return h("text", { class: "caption", y: round(y), "font-size": round(size), "stroke-width": round(size * 0.24) }, words);
}

function ball(thing, camera) {
  const { props, sport } = thing;
  const r = tokenRadius(props, camera) * 0.55;
  const fill = props.fill ?? (sport === "american_football" ? "#8a4b23" : "#ffffff");
  const seam = props.ink ?? (sport === "american_football" ? "#ffffff" : "#1f2937");
  const skin = sport === "american_football"
    ? [h("ellipse", { class: "leather", rx: round(r * 1.35), ry: round(r * 0.85), fill, "stroke-width": round(r * 0.14) }),
      h("path", { class: "seam", d: `M${round(-r * 0.55)} 0H${round(r * 0.55)}M${round(-r * 0.25)} ${round(-r * 0.25)}v${round(r * 0.5)}M${round(r * 0.25)} ${round(-r * 0.25)}v${round(r * 0.5)}`, stroke: seam, "stroke-width": round(r * 0.14) })]
    : [h("circle", { class: "leather", r: round(r), fill, "stroke-width": round(r * 0.16) }),
      h("path", { d: pentagon(r * 0.42), fill: seam })];
  return [rings(thing, camera, r * 1.15), skin, marksOf(thing, r)];
}

function pentagon(r) {
  const corner = (i) => `${round(r * Math.sin((i * 2 * Math.PI) / 5))} ${round(-r * Math.cos((i * 2 * Math.PI) / 5))}`;
  return `M${[0, 1, 2, 3, 4].map(corner).join("L")}Z`;
}

function stroke(thing, camera) {
  const { props } = thing;
  const points = props.points.map((point) => project(point, camera));
  const width = Math.max(props.width ?? 260, 2.2 * camera.unit);
  const ink = props.ink ?? "#ffffff";
  const headSize = width * 4.6;
  const head = thing.sort === "arrow" ? props.head ?? "end" : null;
  const d = strokePath(points, {
    curve: props.curve === true,
    wave: props.stroke === "wavy" ? width * 2.3 : 0,
    stop: head && head !== "bar" ? headSize * 0.75 : 0,
  });
  const dash = props.stroke === "dashed" ? `${round(width * 3.2)} ${round(width * 2.4)}` : null;
  const shape = { d, "stroke-width": round(width), "stroke-dasharray": dash, stroke: ink, opacity: (props.opacity ?? 100) / 100 };
  return [
    h("path", { class: "hit", d: strokePath(points, { curve: props.curve === true }), "stroke-width": round(22 * camera.unit) }),
    thing.selected ? h("path", { class: "outline-dark", d, "stroke-width": round(width + 7 * camera.unit) }) : null,
    thing.selected ? h("path", { class: "outline-light", d, "stroke-width": round(width + 4 * camera.unit) }) : null,
    thing.refused ? h("path", { class: "outline-bad", d, "stroke-width": round(width + 5 * camera.unit) }) : null,
    h("path", { class: "stroke", ...shape }),
    head ? h("path", { class: head === "bar" ? "stroke" : "head", d: headPath(points, headSize, head), stroke: ink, fill: ink, "stroke-width": round(width), opacity: shape.opacity }) : null,
    head === "both" ? h("path", { class: "head", d: headPath([...points].reverse(), headSize, "end"), fill: ink, opacity: shape.opacity }) : null,
    pendingDot(thing, Math.max(width * 2, 6 * camera.unit), points[0]),
  ];
}

function zone(thing, camera) {
  const { props } = thing;
  const [length, width] = camera.upright ? [props.size[1], props.size[0]] : props.size;
  const ink = props.ink ?? "#ffffff";
  const line = Math.max(props.width ?? 200, 1.6 * camera.unit);
  const shape = (extra) => zoneShape(props, length, width, camera, extra);
  return h(
    "g",
    { transform: props.turn ? `rotate(${props.turn})` : null },
    thing.selected ? shape({ class: "outline-dark", "stroke-width": round(line + 7 * camera.unit) }) : null,
    thing.selected ? shape({ class: "outline-light", "stroke-width": round(line + 4 * camera.unit) }) : null,
    thing.refused ? shape({ class: "outline-bad", "stroke-width": round(line + 5 * camera.unit) }) : null,
    shape({
      class: "area",
      fill: props.fill ?? "#ffffff",
      "fill-opacity": (props.opacity ?? 22) / 100,
      stroke: ink,
      "stroke-width": round(line),
      "stroke-dasharray": props.stroke === "dashed" ? `${round(line * 4)} ${round(line * 3)}` : null,
    }),
    pendingDot(thing, 7 * camera.unit, [-length / 2, -width / 2]),
  );
}

function zoneShape(props, length, width, camera, extra) {
  if (props.shape === "ellipse") return h("ellipse", { rx: round(length / 2), ry: round(width / 2), ...extra });
  if (props.shape === "polygon" && props.points) {
    return h("polygon", { points: props.points.map((point) => project(point, camera).join(",")).join(" "), ...extra });
  }
  return h("rect", { x: round(-length / 2), y: round(-width / 2), width: round(length), height: round(width), ...extra });
}

function text(thing, camera) {
  const { props } = thing;
  const size = Math.max(TEXT_MM, 13 * camera.unit) * ((props.scale ?? 100) / 100);
  const lines = props.text.split("\n");
  const width = Math.max(...lines.map((line) => line.length)) * size * 0.56;
  const box = { x: round(-width / 2 - size * 0.3), y: round(-size * 0.95), width: round(width + size * 0.6), height: round(size * (lines.length * 1.2 + 0.25)), rx: round(size * 0.2) };
  return h(
    "g",
    { transform: props.turn ? `rotate(${props.turn})` : null },
    h("rect", { class: "hit-box", ...box }),
    thing.selected ? h("rect", { class: "outline-dark", ...box, "stroke-width": round(5 * camera.unit) }) : null,
    thing.selected ? h("rect", { class: "outline-light", ...box, "stroke-width": round(2.5 * camera.unit) }) : null,
    thing.refused ? h("rect", { class: "outline-bad", ...box, "stroke-width": round(3 * camera.unit) }) : null,
    lines.map((line, i) =>
      h("text", { class: "words", key: i, y: round(i * size * 1.2), "font-size": round(size), fill: props.ink ?? "#ffffff", "stroke-width": round(size * 0.14) }, line)),
    pendingDot(thing, 6 * camera.unit, [box.x, box.y]),
  );
}

/** Rings around a round thing: hit area, focus, selection, holder, refusal. */
function rings(thing, camera, r) {
  const px = camera.unit;
  return [
    h("circle", { class: "hit-box", r: round(Math.max(r, 17 * px)) }),
    h("circle", { class: "focus-dark", r: round(r + 5 * px), "stroke-width": round(6 * px) }),
    h("circle", { class: "focus-light", r: round(r + 5 * px), "stroke-width": round(3 * px) }),
    thing.refused ? h("circle", { class: "outline-bad", r: round(r + 9 * px), "stroke-width": round(3 * px) }) : null,
    thing.holder ? h("circle", { class: "holder", r: round(r + 5 * px), "stroke-width": round(4 * px) }) : null,
  ];
}

function marksOf(thing, r) {
  return [
    pendingDot(thing, r * 0.3, [r * 0.78, -r * 0.78]),
    thing.locked
      ? h("path", { class: "padlock", transform: `translate(${round(-r * 0.8)} ${round(-r * 0.8)}) scale(${(r / 22).toFixed(2)})`,
        d: "M-7 -2h14v10h-14zM-4 -2v-4a4 4 0 0 1 8 0v4" })
      : null,
  ];
}

function pendingDot(thing, r, [x, y]) {
  if (!thing.pending) return null;
  return h("circle", { class: "pending-dot", cx: round(x), cy: round(y), r: round(r), "stroke-width": round(r * 0.45) });
}

function heldBy(thing, camera) {
  const size = 12 * camera.unit;
  const r = thing.sort === "token" ? tokenRadius(thing.props, camera) : 10 * camera.unit;
  return h("text", { class: "holder-name", y: round(-r - 10 * camera.unit), "font-size": round(size), "stroke-width": round(size * 0.3) }, thing.holder.name);
}

const round = (value) => Math.round(value);
