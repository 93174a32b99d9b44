/**
 * What a press on the pitch means here: the laser's trail, a comment's place, opening a pin. Each
 * is a small hand that gestures.js moves and lifts.
 *
 * @typedef {{move?: (at: [number, number]) => void, up?: (at: [number, number], moved: boolean) =>
 *   void, cancel?: () => void}} Hand
 */
import { mayAdd } from "../rights.js";
import { canPin } from "./threads.js";

/**
 * @param {{ui: any, who: () => any, objects: () => Record<string, any>, lasers: any, now: () =>
 * number, redraw: () => void, refuse: () => void, begin: (remark: any) => void, open: (id: string)
 * => void}} parts
 */
export function makePresses({ ui, who, objects, lasers, now, redraw, refuse, begin, open }) {
  const point = (at) => {
    lasers.point(at, now());
    redraw();
  };

  /** @returns {Hand | null} */
  return function handFor(event, tool, at) {
    if (ui.past || event.button !== 0) return null;
    if (tool === "laser") {
      point(at);
      return { move: point, up: () => lasers.end(), cancel: () => lasers.end() };
    }
    const pin = event.target.closest?.("[data-pin]")?.dataset.pin;
    if (pin && (tool === "select" || tool === "comment"))
      return { up: (_, moved) => !moved && open(pin) };
    if (tool !== "comment") return null;
    if (!mayAdd(who(), "comment")) return { up: refuse };
    const id = event.target.closest?.("[data-id]")?.dataset.id ?? null;
    const about = canPin(objects()[id]) ? id : null;
    return { up: (place, moved) => !moved && begin({ about, at: place }) };
  };
}
