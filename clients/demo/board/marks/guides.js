/** Lines along which what is dragged lies now. Pure. */
import { h } from "../../parts/view.js";
import { project } from "../projection.js";

export function guidesView({ guides, camera, settings }) {
  if (guides.length === 0) return null;
  const far = Math.max(settings.length_mm, settings.width_mm);
  return h(
    "g",
    { key: "guides", class: "guides", "aria-hidden": "true" },
    guides.map(({ axis, value }) => {
      const ends = axis === "x" ? [[value, -far], [value, far]] : [[-far, value], [far, value]];
      const [a, b] = ends.map((end) => project(end, camera).map(Math.round));
      return h("path", {
        key: axis,
        d: `M${a[0]} ${a[1]}L${b[0]} ${b[1]}`,
        "stroke-width": Math.round(1.4 * camera.unit),
        "stroke-dasharray": `${Math.round(6 * camera.unit)} ${Math.round(4 * camera.unit)}`,
      });
    }),
  );
}
