/**
 * Grids of zones over a pitch: thirds, five lanes, eighteen zones (SPEC BD94). Pure. Names stay
 * level when the pitch stands upright.
 */
import { h } from "../parts/view.js";

const THIRDS = ["own third", "middle third", "final third"];
const LANES = ["left wing", "left half-space", "centre", "right half-space", "right wing"];

/** Zones as [x1, y1, x2, y2, name], mm, for a side that attacks to the right. */
export function zonesOf(grid, d) {
  const [half, deep] = [d.width / 2, d.length / 2];
  if (grid === "thirds")
    return THIRDS.map((name, i) => [
      -deep + (i * d.length) / 3,
      -half,
      -deep + ((i + 1) * d.length) / 3,
      half,
      name,
    ]);
  if (grid === "lanes") {
    const [inner, outer] = d.lanes;
    const edges = [-half, -outer, -inner, inner, outer, half];
    return LANES.map((name, i) => [-deep, edges[i], deep, edges[i + 1], name]);
  }
  const zones = [];
  for (let row = 0; row < 6; row += 1)
    for (let lane = 0; lane < 3; lane += 1)
      zones.push([
        -deep + (row * d.length) / 6,
        -half + (lane * d.width) / 3,
        -deep + ((row + 1) * d.length) / 6,
        -half + ((lane + 1) * d.width) / 3,
        String(row * 3 + lane + 1),
      ]);
  return zones;
}

/** Edges, and what each zone is called, near its own corner so that tokens hide little of it. */
export function zonesView(grid, d, upright) {
  const size = Math.round(d.width / 34);
  return h(
    "g",
    { class: "zone-grid", key: "zones", "stroke-width": Math.round(d.length / 500) },
    zonesOf(grid, d).map(([x1, y1, x2, y2, name]) => {
      const [left, right] = [Math.max(x1, d.from), Math.min(x2, d.to)];
      if (right <= left) return null;
      const x = Math.round((left + right) / 2);
      const y = Math.round(grid === "lanes" ? (y1 + y2) / 2 : y1 + size * 1.2);
      return [
        h("rect", {
          key: name,
          x: Math.round(x1),
          y: Math.round(y1),
          width: Math.round(x2 - x1),
          height: Math.round(y2 - y1),
          "stroke-dasharray": `${Math.round(d.length / 70)} ${Math.round(d.length / 110)}`,
        }),
        h(
          "text",
          {
            key: `${name}-name`,
            x,
            y,
            "font-size": size,
            "stroke-width": Math.round(size / 4),
            transform: upright ? `rotate(90 ${x} ${y})` : null,
          },
          name,
        ),
      ];
    }),
  );
}
