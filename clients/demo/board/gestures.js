/**
 * What fingers, pens and mice mean on the board: select, drag, box, draw, reshape, pan, pinch.
 * Turns pointer events into calls of the board and its drawing; decides nothing about the board and
 * keeps no board state.
 */
import { pathOf } from "./marks/freehand.js";
import { pointAt, zoomAround } from "./projection.js";
import { lengthOf } from "./strokes.js";

const SLOP_PX = 4;
const SNAP_PX = 5;
const TOUCH_REACH_PX = 24;
const SMALLEST_PX = 8;
const TWICE_MS = 450;
const STROKES = new Set(["line", "arrow", "measure"]);

export class Gestures {
  #board;
  #drawing;
  #chooseGhost;
  /** @type {Map<number, {x: number, y: number}>} pointers that are down, in pixels of the stage */
  #pointers = new Map();
  /** @type {any} what the pointer that is down is doing */
  #doing = null;
  #pinch = null;
  /**
   * What was pressed last and when: browsers tell a double click to whoever captured the pointer,
   * not to the thing.
   */
  #pressed = { id: null, at: -Infinity };

  /**
   * @param {{board: import("./controller.js").BoardController, drawing:
   *   import("./drawing.js").Drawing,
   *   chooseGhost: (choice: string) => void}} parts
   */
  constructor({ board, drawing, chooseGhost }) {
    this.#board = board;
    this.#drawing = drawing;
    this.#chooseGhost = chooseGhost;
  }

  down(event, stage) {
    if (event.button > 1) return;
    const pixel = pixelOf(event, stage);
    this.#pointers.set(event.pointerId, pixel);
    if (this.#pointers.size === 2) {
      this.#abandon();
      this.#pinch = { distance: this.#spread(), look: this.#board.look() };
      return;
    }
    if (this.#pointers.size > 2) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = pointAt([pixel.x, pixel.y], stage.camera);
    this.#doing = this.#start(event, stage, at, pixel);
    if (this.#doing && this.#doing.kind !== "press") event.preventDefault();
  }

  #start(event, stage, at, pixel) {
    const tool = this.#board.tool();
    const base = { at, pixel, moved: false };
    const hand = this.#board.handFor(event, tool, at);
    if (hand) return { ...base, kind: "hand", hand };
    if (event.button === 1 || this.#board.inert())
      return { ...base, kind: "pan", look: this.#board.look() };
    if (this.#drawing.chains()) return { ...base, kind: "chain" };
    if (STROKES.has(tool)) return { ...base, kind: "draw", points: [at] };
    if (tool === "zone") return { ...base, kind: "zone" };
    if (tool !== "select") return { ...base, kind: "place" };
    const ghost = event.target.closest?.("[data-ghost]");
    if (ghost) return { ...base, kind: "choose", choice: ghost.dataset.ghost };
    const handle = event.target.closest?.("[data-handle]");
    if (handle) return { ...base, kind: "reshape", handle: handle.dataset.handle };
    const id = event.target.closest?.("[data-id]")?.dataset.id ?? this.#nearby(event, stage, at);
    if (id) {
      this.#board.press(id, { more: event.shiftKey || event.ctrlKey || event.metaKey });
      return { ...base, kind: "press", id };
    }
    const pans = event.pointerType === "touch" && this.#board.look().zoom > 1;
    return pans
      ? { ...base, kind: "pan", look: this.#board.look() }
      : { ...base, kind: "box", more: event.shiftKey };
  }

  #nearby(event, stage, at) {
    return event.pointerType === "touch"
      ? this.#board.nearest(at, TOUCH_REACH_PX * stage.camera.unit)
      : null;
  }

  move(event, stage) {
    const pixel = pixelOf(event, stage);
    const at = pointAt([pixel.x, pixel.y], stage.camera);
    if (event.pointerType !== "touch" || this.#doing) this.#board.cursor(at);
    if (this.#pointers.has(event.pointerId)) this.#pointers.set(event.pointerId, pixel);
    if (this.#pinch) return this.#pinched(stage);
    const doing = this.#doing;
    if (!doing) return this.#drawing.chain.hover(at);
    if (!doing.moved && Math.hypot(pixel.x - doing.pixel.x, pixel.y - doing.pixel.y) < SLOP_PX)
      return undefined;
    doing.moved = true;
    switch (doing.kind) {
      case "press":
        return this.#board.dragTo([at[0] - doing.at[0], at[1] - doing.at[1]], {
          reach: event.ctrlKey || event.metaKey ? 0 : SNAP_PX * stage.camera.unit,
        });
      case "hand":
        return doing.hand.move?.(at);
      case "box":
        return this.#board.box(doing.at, at);
      case "pan":
        return this.#pan(doing, pixel, stage);
      case "zone":
        return this.#drawing.draftZone(doing.at, at);
      case "reshape":
        return this.#drawing.reshape(doing.handle, at, stage.camera);
      case "draw":
        return this.#drawn(doing, event, stage);
      default:
        return undefined;
    }
  }

  /** All points that the hand went through, also those between two frames. */
  #drawn(doing, event, stage) {
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length > 0 ? events : [event]) {
      const pixel = pixelOf(one, stage);
      doing.points.push(pointAt([pixel.x, pixel.y], stage.camera));
    }
    this.#drawing.draftStroke(this.#path(doing.points, stage.camera.unit));
  }

  #path(points, unit) {
    const straight = this.#board.tool() === "measure";
    return pathOf(points, unit, straight ? "straight" : this.#board.ui.options.path);
  }

  up(event, stage) {
    this.#pointers.delete(event.pointerId);
    if (this.#pinch) {
      if (this.#pointers.size === 0) this.#pinch = null;
      return;
    }
    const doing = this.#doing;
    this.#doing = null;
    if (!doing) return;
    const pixel = pixelOf(event, stage);
    const at = pointAt([pixel.x, pixel.y], stage.camera);
    this.#finish(doing, at, stage.camera.unit);
    if (!doing.moved) this.#pressedTwice(doing.id ?? "", event.timeStamp);
  }

  #pressedTwice(id, at) {
    const twice = this.#pressed.id === id && at - this.#pressed.at < TWICE_MS;
    this.#pressed = { id, at: twice ? -Infinity : at };
    if (!twice || this.#board.tool() !== "select") return;
    if (id) this.#board.edit(id);
    else this.#board.lookAt({ zoom: 1, centre: [0, 0] });
  }

  #finish(doing, at, unit) {
    switch (doing.kind) {
      case "press":
        return doing.moved ? this.#board.drop() : this.#board.released(doing.id);
      case "hand":
        return doing.hand.up?.(at, doing.moved);
      case "box":
        return doing.moved ? this.#board.boxed(doing.more) : this.#board.clear();
      case "choose":
        return this.#chooseGhost(doing.choice);
      case "place":
        return this.#drawing.place(at);
      case "chain":
        return this.#drawing.chain.press(at, unit);
      case "zone": {
        const large =
          Math.min(Math.abs(at[0] - doing.at[0]), Math.abs(at[1] - doing.at[1])) >
          SMALLEST_PX * unit;
        return large ? this.#drawing.finishDraft() : this.#drawing.dropDraft();
      }
      case "draw": {
        const points = this.#path(doing.points, unit);
        return lengthOf(points) > SMALLEST_PX * unit
          ? this.#drawing.finishDraft()
          : this.#drawing.dropDraft();
      }
      case "reshape":
        return this.#drawing.reshaped();
      default:
        return undefined;
    }
  }

  cancel(event) {
    this.#pointers.delete(event.pointerId);
    this.#abandon();
  }

  leave() {
    if (this.#pointers.size === 0) this.#board.cursor(null);
  }

  wheel(event, stage) {
    event.preventDefault();
    const pixel = pixelOf(event, stage);
    const at = pointAt([pixel.x, pixel.y], stage.camera);
    this.#board.lookAt(
      zoomAround(this.#board.look(), at, Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015))),
    );
  }

  focused(event) {
    const id = event.target.closest?.("[data-id]")?.dataset.id;
    if (id && this.#pointers.size === 0 && event.target.matches(":focus-visible"))
      this.#board.focused(id);
  }

  /** Whatever was under way ends without effect. */
  #abandon() {
    this.#doing?.hand?.cancel?.();
    if (this.#doing) this.#board.abandon();
    this.#doing = null;
  }

  #spread() {
    const [a, b] = [...this.#pointers.values()];
    return Math.hypot(a.x - b.x, a.y - b.y);
  }

  #pinched(stage) {
    if (this.#pointers.size < 2) return;
    const [a, b] = [...this.#pointers.values()];
    const middle = pointAt([(a.x + b.x) / 2, (a.y + b.y) / 2], stage.camera);
    this.#board.lookAt(zoomAround(this.#pinch.look, middle, this.#spread() / this.#pinch.distance));
  }

  #pan(doing, pixel, stage) {
    const { look } = doing;
    if (look.zoom === 1) return;
    const { unit, upright } = stage.camera;
    const [dx, dy] = [(pixel.x - doing.pixel.x) * unit, (pixel.y - doing.pixel.y) * unit];
    const centre = upright
      ? [look.centre[0] + dy, look.centre[1] - dx]
      : [look.centre[0] - dx, look.centre[1] - dy];
    this.#board.lookAt({ zoom: look.zoom, centre });
  }
}

function pixelOf(event, stage) {
  const box = stage.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
