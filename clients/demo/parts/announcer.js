/**
 * What a screen reader hears: one polite and one assertive live region for the whole page. Also the
 * one toast, for what has no place of its own on the page.
 */
import { h, patch } from "./view.js";

const CLEAR_AFTER_MS = 6_000;

export class Announcer {
  #regions = {};
  #toast = null;
  #timer = 0;

  constructor(root = document.body) {
    for (const politeness of ["polite", "assertive"]) {
      const region = document.createElement("div");
      region.className = "unseen";
      region.setAttribute("aria-live", politeness);
      region.setAttribute("role", politeness === "polite" ? "status" : "alert");
      region.dataset.testid = `live-${politeness}`;
      root.append(region);
      this.#regions[politeness] = region;
    }
    this.#toast = document.createElement("div");
    root.append(this.#toast);
  }

  /** Read out when there is time. */
  say(text) {
    this.#regions.polite.textContent = text;
  }

  /** Read out at once: a conflict, a refusal, being removed. */
  alert(text) {
    this.#regions.assertive.textContent = text;
  }

  /**
   * @param {string} text
   * @param {{label: string, run: () => void} | null} action
   * @param {{stays?: boolean}} how `stays`: until it is dismissed, or something else is said
   */
  toast(text, action = null, { stays = false } = {}) {
    clearTimeout(this.#timer);
    const close = () => patch(this.#toast);
    patch(
      this.#toast,
      h(
        "div",
        { class: "toast", "data-testid": "toast" },
        h("span", {}, text),
        action
          ? h(
              "button",
              {
                class: "button tiny",
                type: "button",
                onclick: () => {
                  close();
                  action.run();
                },
              },
              action.label,
            )
          : null,
        h(
          "button",
          { class: "button tiny", type: "button", "aria-label": "Dismiss", onclick: close },
          "×",
        ),
      ),
    );
    this.say(text);
    if (!stays) this.#timer = setTimeout(close, action ? CLEAR_AFTER_MS * 2 : CLEAR_AFTER_MS);
  }
}
