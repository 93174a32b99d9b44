/** Differences drawn over the pitch: what moved, from where, by whom; what is new; what is gone. Pure. */
import { h } from "../../parts/view.js";
import { project } from "../projection.js";
import { shapeView } from "../shapes.js";
import { tokenRadius } from "../token_size.js";

const DRAWN = new Set("token ball equipment line arrow zone text measure".split(" "));

/**
 * @param {ReturnType<typeof import("./differences.js").overlayOf>} overlay @param {any} camera
 * @param {{sport: string}} settings @param {ReadonlySet<string>} chosen ids that stand out
 */
export function differenceScene(overlay, camera, settings, chosen) {
  return h(
    "g",
    { key: "differences", class: "differences", "aria-hidden": "true" },
    overlay.map((one) => difference(one, camera, settings, chosen)),
  );
}

function difference(one, camera, settings, chosen) {
  const [x, y] = project(one.at, camera).map(Math.round);
  const round = ["token", "ball"].includes(one.record.sort);
  const radius = round ? tokenRadius(one.record.props, camera) : 9 * camera.unit;
  const size = Math.max(1_000, 11 * camera.unit);
  const ring = h("circle", {
    class: "ring",
    cx: x,
    cy: y,
    r: Math.round(radius + 5 * camera.unit),
    "stroke-width": Math.round(3 * camera.unit),
    "stroke-dasharray": one.tone === "changed" ? Math.round(5 * camera.unit) : null,
  });
  return h(
    "g",
    { key: one.key, class: `difference ${one.tone}`, "data-difference": one.id, "data-chosen": chosen.has(one.id) },
    one.from ? way(one, [x, y], radius, camera) : null,
    one.tone === "removed" ? gone(one, camera, settings) : null,
    ring,
    one.tone === "removed" ? cross(x, y, radius, camera) : null,
    one.tone === "added" ? plus(x, y, radius, camera) : null,
    h(
      "text",
      {
        class: "ghost-words",
        x,
        y: Math.round(y - radius - size * 0.9),
        "font-size": Math.round(size),
        "stroke-width": Math.round(size * 0.3),
      },
      one.words,
    ),
  );
}

/** From where it was: a ring there, and a line to what it is now, with a head. */
function way({ from }, [x, y], radius, camera) {
  const [fx, fy] = project(from, camera).map(Math.round);
  const length = Math.hypot(x - fx, y - fy);
  const end = Math.max(0, length - radius - 6 * camera.unit);
  if (length === 0) return null;
  const [ux, uy] = [(x - fx) / length, (y - fy) / length];
  const [tx, ty] = [fx + ux * end, fy + uy * end];
  const head = 8 * camera.unit;
  const side = (turn) => {
    const px = tx - ux * head + turn * uy * head * 0.6;
    const py = ty - uy * head - turn * ux * head * 0.6;
    return `L${Math.round(px)} ${Math.round(py)}`;
  };
  const d = `M${fx} ${fy}L${Math.round(tx)} ${Math.round(ty)}`;
  return [
    h("circle", {
      key: "was",
      class: "was",
      cx: fx,
      cy: fy,
      r: Math.round(radius * 0.7),
      "stroke-width": Math.round(2 * camera.unit),
      "stroke-dasharray": Math.round(4 * camera.unit),
    }),
    h("path", { key: "under", class: "way-under", d, "stroke-width": Math.round(5 * camera.unit) }),
    h("path", { key: "way", class: "way", d, "stroke-width": Math.round(2.5 * camera.unit) }),
    h("path", {
      key: "head",
      class: "way-head",
      d: `M${Math.round(tx)} ${Math.round(ty)}${side(1)}${side(-1)}Z`,
    }),
  ];
}

/** What went, as it was. */
function gone({ id, record, at }, camera, { sport }) {
  if (!DRAWN.has(record.sort)) return null;
  const off = { selected: false, pending: false, locked: false, refused: false, pattern: false };
  const props = { ...record.props, name: null };
  const thing = { ...off, id: `gone ${id}`, sort: record.sort, props, at, sport, label: "" };
  return h(
    "g",
    { key: "gone", class: "gone" },
    shapeView({ ...thing, ghost: true, holder: null }, camera),
  );
}

function cross(x, y, radius, camera) {
  const r = Math.round(radius * 0.75);
  const d = `M${x - r} ${y - r}L${x + r} ${y + r}M${x + r} ${y - r}L${x - r} ${y + r}`;
  return h("path", { key: "cross", class: "sign", d, "stroke-width": Math.round(3 * camera.unit) });
}

function plus(x, y, radius, camera) {
  const r = Math.round(5 * camera.unit);
  const [cx, cy] = [Math.round(x + radius), Math.round(y - radius)];
  return h(
    "g",
    { key: "plus", class: "sign-plus" },
    h("circle", { class: "sign-back", cx, cy, r: Math.round(r * 1.6) }),
    h("path", {
      class: "sign",
      d: `M${cx - r} ${cy}H${cx + r}M${cx} ${cy - r}V${cy + r}`,
      "stroke-width": Math.round(2 * camera.unit),
    }),
  );
}
