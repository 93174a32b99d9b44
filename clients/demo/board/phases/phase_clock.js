/**
 * Play, the line of time with its hand, and how far one is: drawn every frame while something plays,
 * without the page around it.
 */
import { icon } from "../../parts/icons.js";
import { h, Part } from "../../parts/view.js";

export class PhaseClock extends Part {
  #asked = false;

  /** @param {{moment: () => {ms: number, playing: boolean}, duration: number, spans: any[], act: any,
   * may: boolean}} model */
  view({ moment, duration, spans, act, may }) {
    const { ms, playing } = moment();
    return [
      h(
        "button",
        {
          class: "button plain square",
          type: "button",
          "data-act": "play",
          "aria-label": playing ? "Pause" : "Play",
          title: `${playing ? "Pause" : "Play"} (P)`,
          disabled: duration === 0 || !may,
          onclick: act.playPause,
        },
        icon(playing ? "pause" : "play"),
      ),
      h(
        "span",
        { class: "line-of-time" },
        h("input", {
          class: "range",
          type: "range",
          min: 0,
          max: duration,
          step: 50,
          "aria-label": "Moment",
          "aria-valuetext": `${seconds(ms)} of ${seconds(duration)} seconds`,
          disabled: duration === 0 || !may,
          ".value": String(Math.round(ms)),
          oninput: (event) => act.scrub(Number(event.target.value)),
        }),
        h(
          "span",
          { class: "ticks", "aria-hidden": "true" },
          spans.slice(1).map(({ id, start }) =>
            h("i", { key: id, vars: { at: `${((100 * start) / duration).toFixed(2)}%` } }),
          ),
        ),
      ),
      h("span", { class: "moment", "data-testid": "moment" }, `${seconds(ms)} / ${seconds(duration)} s`),
    ];
  }

  redraw() {
    if (this.model === null) return;
    super.redraw();
    const { playing } = this.model.moment();
    if (playing) this.#schedule();
    else if (this.running) this.say("clock-end");
    this.running = playing;
  }

  #schedule() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      if (this.isConnected) this.redraw();
    });
  }
}

const seconds = (ms) => (ms / 1000).toFixed(1);

customElements.define("phase-clock", PhaseClock);
