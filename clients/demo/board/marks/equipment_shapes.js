/** One picture for each piece of equipment, seen from above. Pure. */
import { h } from "../../parts/view.js";
import { marksOf, rings } from "../rings.js";
import { ITEMS, itemSize } from "./items.js";

const SEEN_PX = 15;
const round = (value) => Math.round(value);

/** To scale, but never too small to see: its half sides, mm. @returns {[number, number]} */
export function halfSides(props, sport, unit) {
  const [length, width] = itemSize(props.item, sport);
  const grown = Math.max(1, (SEEN_PX * unit) / Math.max(length, width));
  const scale = (grown * (props.scale ?? 100)) / 200;
  return [length * scale, width * scale];
}

export function equipment(thing, camera) {
  const { props } = thing;
  const [l, w] = halfSides(props, thing.sport, camera.unit);
  const turn = (props.turn ?? 0) + (camera.upright ? -90 : 0);
  const r = Math.hypot(l, w);
  return [
    rings(thing, camera, r),
    h(
      "g",
      { class: "item", transform: turn ? `rotate(${turn})` : null },
      itemPicture(props, l, w, Math.max(60, 1.4 * camera.unit)),
    ),
    marksOf(thing, Math.max(r, 12 * camera.unit)),
  ];
}

/** The picture alone, `l` and `w` its half sides; also for buttons. */
export function itemPicture({ item, fill, ink }, l, w, line) {
  const colour = fill ?? ITEMS[item]?.fill ?? "#ffffff";
  const edge = ink ?? "#0b1f14";
  return (PICTURES[item] ?? PICTURES.cone)({ l, w, line, colour, edge });
}

const solid = ({ colour, edge, line }, shape) => ({
  fill: colour,
  stroke: edge,
  "stroke-width": round(line),
  ...shape,
});
const drawn = ({ colour, line }, d, times = 1) =>
  h("path", { d, fill: "none", stroke: colour, "stroke-width": round(line * times) });
const frame = ({ l, w }) => `M${round(-l)} ${round(-w)}H${round(l)}V${round(w)}H${round(-l)}Z`;

const PICTURES = {
  cone: (one) => [
    h("path", solid(one, { d: triangle(one.l * 1.15), "stroke-linejoin": "round" })),
    h("circle", { r: round(one.l * 0.22), cy: round(one.l * 0.22), fill: "#ffffff" }),
  ],
  disc: (one) => [
    h("circle", solid(one, { r: round(one.l) })),
    h("circle", { r: round(one.l * 0.4), fill: one.edge }),
  ],
  pole: (one) => [
    h("circle", solid(one, { r: round(one.l) })),
    h("path", {
      d: `M${round(-one.l * 0.5)} 0H${round(one.l * 0.5)}M0 ${round(-one.l * 0.5)}V${round(one.l * 0.5)}`,
      stroke: "#ffffff",
      "stroke-width": round(one.line),
    }),
  ],
  flag: (one) => {
    const { l, w, edge, line } = one;
    return [
      h("path", solid(one, { d: `M${round(-l * 0.6)} ${round(-w)}L${round(l)} ${round(-w * 0.4)}L${round(-l * 0.6)} ${round(w * 0.2)}Z` })),
      h("path", {
        d: `M${round(-l * 0.6)} ${round(-w)}V${round(w)}`,
        stroke: edge,
        "stroke-width": round(line * 1.6),
      }),
    ];
  },
  mannequin: (one) => [
    h("ellipse", solid(one, { rx: round(one.l), ry: round(one.w) })),
    h("circle", solid(one, { r: round(one.l * 0.85) })),
  ],
  hurdle: (one) => [
    drawn({ ...one, colour: one.edge }, gate(one), 3),
    drawn(one, gate(one), 1.8),
  ],
  ladder: (one) => {
    const rungs = Array.from({ length: 9 }, (_, i) => {
      const x = round(-one.l + (one.l * 2 * (i + 0.5)) / 9);
      return `M${x} ${round(-one.w)}V${round(one.w)}`;
    });
    const rails = `M${round(-one.l)} ${round(-one.w)}H${round(one.l)}M${round(-one.l)} ${round(one.w)}H${round(one.l)}`;
    return drawn(one, rails + rungs.join(""), 1.3);
  },
  hoop: (one) => [
    ring(one, one.edge, 3),
    ring(one, one.colour, 1.8),
  ],
  goal: (one) => net(one, 6),
  mini_goal: (one) => net(one, 3),
  rebounder: (one) => [
    h("path", solid(one, { d: frame(one), "fill-opacity": 0.35 })),
    drawn(one, `M${round(-one.l)} ${round(-one.w)}V${round(one.w)}`, 2.4),
  ],
};

const triangle = (r) =>
  `M0 ${round(-r)}L${round(r * 0.9)} ${round(r * 0.75)}H${round(-r * 0.9)}Z`;
const gate = ({ l, w }) =>
  `M${round(l)} ${round(-w)}H${round(-l)}V${round(w)}H${round(l)}`;
const ring = ({ l, line }, colour, times) =>
  h("circle", { r: round(l), fill: "none", stroke: colour, "stroke-width": round(line * times) });

/** Open towards +x; the posts and the bar stronger than the net. */
function net(one, meshes) {
  const { l, w } = one;
  const strings = Array.from({ length: meshes - 1 }, (_, i) => {
    const y = round(-w + (2 * w * (i + 1)) / meshes);
    return `M${round(-l)} ${y}H${round(l)}`;
  });
  return [
    h("path", { d: frame(one), fill: one.colour, "fill-opacity": 0.14 }),
    h("path", {
      d: `${strings.join("")}M0 ${round(-w)}V${round(w)}`,
      fill: "none",
      stroke: one.colour,
      opacity: 0.55,
      "stroke-width": round(one.line * 0.6),
    }),
    drawn(one, `M${round(l)} ${round(-w)}H${round(-l)}V${round(w)}H${round(l)}`, 1.2),
    drawn(one, `M${round(l)} ${round(-w)}V${round(w)}`, 2.6),
  ];
}
