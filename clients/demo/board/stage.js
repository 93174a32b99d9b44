/**
 * The picture of the board on the page: an SVG as large as its place, drawn again when something
 * changed and, while something glides, every frame. What pointers do on it is told to
 * `model.gestures`; the picture itself is `sceneView`.
 */
import { h, Part } from "../parts/view.js";
import { cameraFor, coordinates, pixelAt, pointAt } from "./projection.js";
import { sceneView } from "./scene.js";

export class BoardStage extends Part {
  /** @type {import("./projection.js").Camera | null} */
  camera = null;
  #pixels = { width: 0, height: 0 };
  #asked = false;
  #observer = new ResizeObserver(([entry]) => {
    this.#pixels = { width: entry.contentRect.width, height: entry.contentRect.height };
    this.schedule();
    this.say("stage-resize");
  });

  connectedCallback() {
    this.#observer.observe(this);
    const box = this.getBoundingClientRect();
    this.#pixels = { width: box.width, height: box.height };
    super.connectedCallback();
  }

  disconnectedCallback() {
    this.#observer.disconnect();
  }

  /** Draws in the next frame. */
  schedule() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.redraw();
    });
  }

  /**
   * @param {{scene: (camera: any, now: number) => any, dimensions: any, look: any, gestures: any,
   * label: string, unit: string | null, moving: () => boolean, tool: string, inert: boolean}} model
   */
  view(model) {
    const camera = cameraFor(model.dimensions, this.#pixels, model.look);
    this.camera = camera;
    const { gestures } = model;
    const round = (value) => Math.round(value);
    const picture = h(
      "svg",
      {
        key: "scene",
        class: "scene",
        viewBox: `${round(camera.x)} ${round(camera.y)} ${round(camera.width)} ${round(camera.height)}`,
        preserveAspectRatio: "none",
        role: "group",
        "aria-label": model.label,
        "aria-roledescription": "board",
        tabindex: 0,
        "data-tool": model.tool,
        "data-testid": "scene",
        onpointerdown: (event) => gestures.down(event, this),
        onpointermove: (event) => {
          gestures.move(event, this);
          this.#readOut(event);
        },
        onpointerup: (event) => gestures.up(event, this),
        onpointercancel: (event) => gestures.cancel(event),
        onpointerleave: () => {
          gestures.leave();
          this.#readOut(null);
        },
        onwheel: (event) => gestures.wheel(event, this),
        onfocusin: (event) => gestures.focused(event),
      },
      sceneView(model.scene(camera, performance.now())),
    );
    return [
      picture,
      model.unit
        ? h("output", { key: "at", class: "readout", "aria-live": "off", same: model.unit })
        : null,
    ];
  }

  /** Where the pointer is, in the units of the board; written past the view, once a move. */
  #readOut(event) {
    const place = this.querySelector(".readout");
    if (!place || !this.camera || !this.model?.unit) return;
    const box = this.getBoundingClientRect();
    place.textContent = event
      ? coordinates(
          pointAt([event.clientX - box.left, event.clientY - box.top], this.camera),
          this.model.unit,
        )
      : "";
  }

  redraw() {
    if (this.#pixels.width === 0) return;
    super.redraw();
    if (this.model?.moving()) this.schedule();
  }

  /** Where a point of the pitch is on the page, in pixels of this element. */
  pixelOf(at) {
    const { model } = this;
    return model ? pixelAt(at, cameraFor(model.dimensions, this.#pixels, model.look)) : [0, 0];
  }

  get size() {
    return this.#pixels;
  }

  focusThing(id) {
    this.querySelector(`[data-id="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
  }
}

customElements.define("board-stage", BoardStage);
