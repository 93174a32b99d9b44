/** What lies over the pitch's picture: pins of comments and trails of lasers. Pure. */
import { colourOf, initials, readableOn } from "../../parts/people.js";
import { h } from "../../parts/view.js";
import { project } from "../projection.js";
import { thingName } from "../words.js";

const PIN_PX = 11;
const REACH_PX = 18;
const LASER_PX = 5;

/**
 * @param {{camera: any}} scene @param {{key: any, colour: string, lines: {points: [number,
 * number][], strength: number}[], tip: [number, number]}[]} lasers
 */
export function laserView({ camera }, lasers) {
  return h(
    "g",
    { key: "lasers", class: "lasers", "aria-hidden": "true" },
    lasers.map(({ key, colour, lines, tip }) => {
      const [x, y] = project(tip, camera).map(Math.round);
      return h(
        "g",
        { key, "data-laser": key },
        lines.map(({ points, strength }) => laserLine(points, strength, colour, camera)),
        h("circle", {
          class: "tip",
          cx: x,
          cy: y,
          r: Math.round(LASER_PX * camera.unit),
          fill: colour,
          "stroke-width": Math.round(2 * camera.unit),
        }),
      );
    }),
  );
}

function laserLine(points, strength, colour, camera) {
  const spots = points.map((at) => project(at, camera).map(Math.round).join(" "));
  if (spots.length < 2) return null;
  const d = `M${spots.join("L")}`;
  const width = LASER_PX * camera.unit * (0.4 + 0.6 * strength);
  return [
    h("path", { class: "halo", d, "stroke-opacity": strength, "stroke-width": Math.round(width * 1.7) }),
    h("path", { d, stroke: colour, "stroke-opacity": strength, "stroke-width": Math.round(width) }),
  ];
}

/**
 * @param {{camera: any, objects: any}} scene @param {{pins: any[], names: Record<string, string>,
 * current: string | null}} model @param {(id: string) => void} open
 */
export function pinsView({ camera, objects }, { pins, names, current }, open) {
  return h(
    "g",
    { key: "pins", class: "pins" },
    pins.map(({ thread, at, beside }) => {
      const [x, y] = project(at, camera);
      const px = camera.unit;
      const right = (13 + beside * PIN_PX * 2) * px;
      const spot = [x + right, y - 20 * px].map(Math.round);
      const colour = colourOf(names, thread.by);
      const press = (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        open(thread.id);
      };
      return h(
        "g",
        {
          key: thread.id,
          class: thread.id === current ? "pin current" : "pin",
          "data-pin": thread.id,
          transform: `translate(${spot[0]} ${spot[1]}) scale(${px.toFixed(3)})`,
          tabindex: 0,
          role: "button",
          "aria-label": pinLabel(thread, names, objects),
          onkeydown: press,
        },
        h("circle", { class: "hit-box", r: REACH_PX }),
        h("path", { class: "bubble", d: "M-11 0a11 11 0 1 1 11 11h-11z", fill: colour }),
        h(
          "text",
          { y: 3.6, "font-size": 10, fill: readableOn(colour) },
          thread.replies.length > 0 ? thread.replies.length + 1 : initials(names[thread.by]),
        ),
      );
    }),
  );
}

function pinLabel({ by, text, about, replies }, names, objects) {
  const on = about ? ` on ${thingName(objects[about])}` : "";
  const answers =
    replies.length === 0 ? "" : `, ${replies.length} ${replies.length === 1 ? "reply" : "replies"}`;
  return `Comment by ${names[by] ?? "somebody"}${on}: ${text}${answers}`;
}
