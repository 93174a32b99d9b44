/**
 * What is drawn around and upon a thing: hit area, selection, holder, refusal, on its way, lock.
 * Pure.
 */
import { h } from "../parts/view.js";

const round = (value) => Math.round(value);

/** Rings around a round thing: hit area, focus, selection, holder, refusal. */
export function rings(thing, camera, r) {
  const px = camera.unit;
  return [
    h("circle", { class: "hit-box", r: round(Math.max(r, 17 * px)) }),
    h("circle", { class: "focus-dark", r: round(r + 5 * px), "stroke-width": round(6 * px) }),
    h("circle", { class: "focus-light", r: round(r + 5 * px), "stroke-width": round(3 * px) }),
    thing.refused
      ? h("circle", { class: "outline-bad", r: round(r + 9 * px), "stroke-width": round(3 * px) })
      : null,
    thing.holder
      ? h("circle", { class: "holder", r: round(r + 5 * px), "stroke-width": round(4 * px) })
      : null,
  ];
}

export function marksOf(thing, r) {
  return [
    pendingDot(thing, r * 0.3, [r * 0.78, -r * 0.78]),
    thing.locked
      ? h("path", {
          class: "padlock",
          transform: `translate(${round(-r * 0.8)} ${round(-r * 0.8)}) scale(${(r / 22).toFixed(2)})`,
          d: "M-7 -2h14v10h-14zM-4 -2v-4a4 4 0 0 1 8 0v4",
        })
      : null,
  ];
}

export function pendingDot(thing, r, [x, y]) {
  if (!thing.pending) return null;
  return h("circle", {
    class: "pending-dot",
    cx: round(x),
    cy: round(y),
    r: round(r),
    "stroke-width": round(r * 0.45),
  });
}
