/**
 * The clock: drawn every frame from the deadline and the server's time, by nothing that comes or does
 * not come over the network, so that it neither freezes nor jumps.
 */
import { Falling } from "./clock_face.js";

export class DraftClock extends HTMLElement {
  #falling = new Falling();
  #frame = 0;
  #shown = "";
  #model = null;

  /** @param {{turn: any, phase: string, now: () => number} | null} value */
  set model(value) {
    this.#model = value;
    this.#draw();
  }

  connectedCallback() {
    this.setAttribute("role", "timer");
    this.setAttribute("aria-label", "Time left");
    if (Object.hasOwn(this, "model")) {
      const { model } = this;
      delete this.model;
      this.model = model;
    }
    this.#draw();
  }

  disconnectedCallback() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  #draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (!this.isConnected || this.#model === null) return;
    const { turn, phase, now } = this.#model;
    const { text, tone, bank } = this.#falling.at(turn, phase, now());
    const shown = bank ? `${text} bank` : text;
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.textContent = shown;
    }
    if (this.dataset.tone !== tone) this.dataset.tone = tone;
    if (phase === "live" && turn?.deadline !== undefined)
      this.#frame = requestAnimationFrame(() => this.#draw());
  }
}

customElements.define("draft-clock", DraftClock);
