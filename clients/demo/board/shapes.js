/**
 * One picture an object of any sort that lies on the pitch. Pure: a thing to draw in, a
 * description out.
 *
 * @typedef {import("./projection.js").Camera} Camera
 * @typedef {{id: string, sort: string, props: Record<string, any>, at: [number, number], label:
 *   string, selected: boolean,
 *   pending: boolean, locked: boolean, refused: boolean, pattern: boolean, ghost?: boolean,
 *   focusable?: boolean,
 *   holder?: {name: string, colour: string} | null, sport: string, units?: "m" | "yd" | "ft"}} Thing
 */
import { h } from "../parts/view.js";
import { isKeeper, kitOf } from "./kits.js";
import { project, projectAngle } from "./projection.js";
import { stroke, text, zone } from "./mark_shapes.js";
import { equipment } from "./marks/equipment_shapes.js";
import { link, measure } from "./marks/link_shapes.js";
import { captainBand, numberPlate, photoView } from "./marks/token_parts.js";
import { marksOf, rings } from "./rings.js";
import { tokenRadius } from "./token_size.js";

const PICTURES = {
  ...{ token, ball, equipment, zone, text, link, measure, comment: place },
  ...{ line: stroke, arrow: stroke },
};

/** @param {Thing} thing @param {Camera} camera */
export function shapeView(thing, camera) {
  const [x, y] = project(thing.at, camera).map(Math.round);
  const draw = PICTURES[thing.sort];
  const classes = [
    "thing",
    thing.sort,
    thing.selected && "selected",
    thing.pending && "pending",
    thing.ghost && "ghost",
    thing.locked && "locked",
    thing.holder && "held",
  ]
    .filter(Boolean)
    .join(" ");
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
    props.facing === null || props.facing === undefined
      ? null
      : facing(projectAngle(props.facing, camera), r),
    h("circle", { class: "shirt", r: round(r), fill, "stroke-width": round(r * 0.12) }),
    trim
      ? h("circle", {
          r: round(r * 0.83),
          fill: "none",
          stroke: trim,
          "stroke-width": round(r * 0.18),
        })
      : null,
    thing.pattern && props.side === "away" ? stripes(r, ink) : null,
    props.photo
      ? [photoView(props.photo, r), text === "" ? null : numberPlate(text, r, { fill, ink })]
      : h(
          "text",
          {
            class: "number",
            y: round(r * 0.36),
            "font-size": round(r * (String(text).length > 2 ? 0.78 : 1.02)),
            fill: ink,
          },
          text,
        ),
    props.captain ? captainBand(r) : null,
    isKeeper(props) && !props.photo
      ? h("path", {
          class: "keeper",
          d: `M${round(-r * 0.5)} ${round(r * 0.62)}h${round(r)}`,
          stroke: ink,
          "stroke-width": round(r * 0.1),
        })
      : null,
    props.name ? caption(props.name, r + camera.unit * 12, camera) : null,
    marksOf(thing, r),
  ];
}

function facing(degrees, r) {
  const d = `M${round(r * 1.5)} 0L${round(r * 1.02)} ${round(-r * 0.42)}L${round(r * 1.02)} ${round(r * 0.42)}Z`;
  return h("path", {
    class: "facing",
    d,
    transform: `rotate(${degrees})`,
    "stroke-width": round(r * 0.1),
  });
}

function stripes(r, ink) {
  const bar = (x) => {
    const y = Math.sqrt((r * 0.92) ** 2 - x ** 2);
    return `M${round(x)} ${round(-y)}V${round(y)}`;
  };
  return h("path", {
    class: "kit-pattern",
    d: bar(-r * 0.55) + bar(r * 0.55),
    stroke: ink,
    "stroke-width": round(r * 0.16),
  });
}

function caption(words, y, camera) {
  const size = Math.max(1_050 * (camera.grain ?? 1), 11 * camera.unit);
  return h(
    "text",
    { class: "caption", y: round(y), "font-size": round(size), "stroke-width": round(size * 0.24) },
    words,
  );
}

/** Of a comment, which lies over the pitch itself, only where it would be: as a ghost. */
function place(_, { unit }) {
  return h("circle", { class: "leather", r: round(9 * unit), fill: "#fff" });
}

function ball(thing, camera) {
  const { props, sport } = thing;
  const r = tokenRadius(props, camera) * 0.55;
  const fill = props.fill ?? (sport === "american_football" ? "#8a4b23" : "#ffffff");
  const seam = props.ink ?? (sport === "american_football" ? "#ffffff" : "#1f2937");
  const skin =
    sport === "american_football"
      ? [
          h("ellipse", {
            class: "leather",
            rx: round(r * 1.35),
            ry: round(r * 0.85),
            fill,
            "stroke-width": round(r * 0.14),
          }),
          h("path", {
            class: "seam",
            d: `M${round(-r * 0.55)} 0H${round(r * 0.55)}M${round(-r * 0.25)} ${round(-r * 0.25)}v${round(r * 0.5)}M${round(r * 0.25)} ${round(-r * 0.25)}v${round(r * 0.5)}`,
            stroke: seam,
            "stroke-width": round(r * 0.14),
          }),
        ]
      : [
          h("circle", { class: "leather", r: round(r), fill, "stroke-width": round(r * 0.16) }),
          h("path", { d: pentagon(r * 0.42), fill: seam }),
        ];
  return [rings(thing, camera, r * 1.15), skin, marksOf(thing, r)];
}

function pentagon(r) {
  const corner = (i) =>
    `${round(r * Math.sin((i * 2 * Math.PI) / 5))} ${round(-r * Math.cos((i * 2 * Math.PI) / 5))}`;
  return `M${[0, 1, 2, 3, 4].map(corner).join("L")}Z`;
}

function heldBy(thing, camera) {
  const size = 12 * camera.unit;
  const r = thing.sort === "token" ? tokenRadius(thing.props, camera) : 10 * camera.unit;
  return h(
    "text",
    {
      class: "holder-name",
      y: round(-r - 10 * camera.unit),
      "font-size": round(size),
      "stroke-width": round(size * 0.3),
    },
    thing.holder.name,
  );
}

const round = (value) => Math.round(value);
