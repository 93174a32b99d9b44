/**
 * What a phase does, drawn while it is worked on: where everybody stood before, and the way that
 * they go. Pure.
 */
import { h } from "../../parts/view.js";
import { project } from "../projection.js";
import { tokenRadius } from "../token_size.js";
import { isMover, lineOf } from "./moments.js";

const STEPS = 16;

/** Movers that go somewhere in the phase. @returns {{id: string, way: [number, number][]}[]} */
export function waysOf(objects, phase) {
  const line = lineOf(objects);
  const span = line.phases.find(({ id }) => id === phase);
  if (!span) return [];
  const moments = Array.from({ length: STEPS + 1 }, (_, step) =>
    line.at(step === 0 ? span.start : span.start + (span.duration * step) / STEPS),
  );
  return Object.keys(objects)
    .filter((id) => isMover(objects[id]))
    .map((id) => ({ id, way: moments.map((places) => [places[id].x, places[id].y]) }))
    .filter(({ way }) => way.some(([x, y]) => Math.hypot(x - way[0][0], y - way[0][1]) > 100));
}

/** Ghosts of the moment before, and ways. @param {{objects: any, phase: string, camera: any}} model */
export function onionView({ objects, phase, camera }) {
  return waysOf(objects, phase).map(({ id, way }) => {
    const spots = way.map((at) => project(at, camera).map(Math.round));
    const [x, y] = spots[0];
    const d = `M${spots.map((spot) => spot.join(" ")).join("L")}`;
    const r = Math.round(
      tokenRadius(objects[id].props, camera) * (objects[id].sort === "ball" ? 0.6 : 1),
    );
    return h(
      "g",
      { key: id, class: "onion" },
      h("circle", { cx: x, cy: y, r, "stroke-width": Math.round(2 * camera.unit) }),
      h("path", { d, "stroke-width": Math.round(2 * camera.unit) }),
    );
  });
}
