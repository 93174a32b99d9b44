/** What a token wears besides its shirt: photo, captain's band. Pure. */
import { h } from "../../parts/view.js";

const round = (value) => Math.round(value);

/** The face fills the shirt; the number goes to its lower edge. */
export function photoView(photo, r) {
  const side = round(r * 1.76);
  return h("image", {
    class: "photo",
    href: photo,
    x: round(-side / 2),
    y: round(-side / 2),
    width: side,
    height: side,
    preserveAspectRatio: "xMidYMid slice",
  });
}

export function numberPlate(words, r, { fill, ink }) {
  const size = r * 0.66;
  const width = (String(words).length * 0.62 + 0.55) * size;
  return [
    h("rect", {
      class: "plate",
      x: round(-width / 2),
      y: round(r * 0.5),
      width: round(width),
      height: round(size * 1.12),
      rx: round(size * 0.4),
      fill,
      "stroke-width": round(r * 0.06),
    }),
    h("text", { class: "number", y: round(r * 0.5 + size * 0.92), "font-size": round(size), fill: ink }, words),
  ];
}

/** A band with a C at the left shoulder. */
export function captainBand(r) {
  return h(
    "g",
    { class: "captain", transform: `translate(${round(-r * 0.98)} ${round(r * 0.16)})` },
    h("rect", {
      x: round(-r * 0.34),
      y: round(-r * 0.34),
      width: round(r * 0.68),
      height: round(r * 0.68),
      rx: round(r * 0.16),
      "stroke-width": round(r * 0.08),
    }),
    h("text", { class: "number", y: round(r * 0.21), "font-size": round(r * 0.58) }, "C"),
  );
}
