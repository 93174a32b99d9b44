/**
 * The door to the past: what one needs to look back is fetched when the drawer is first opened, as
 * most visits never do. Until then there is no past to draw, to leave or to act on.
 */
import { icon } from "../../parts/icons.js";
import { h } from "../../parts/view.js";

export class PastDoor {
  /** @type {import("./whole_past.js").WholePast | null} */
  #past = null;
  #failed = false;
  /** Where its acts go, beside all the others. @type {any} */
  acts = {};

  /** @param {any} parts of history_acts.js, `model`, and `changed` */
  constructor(parts) {
    this.parts = parts;
  }

  /** Fetches what is needed, unless it is there. */
  async open() {
    const { history, changed } = this.parts;
    if (!history.loaded) history.load();
    this.#past?.machine.tryAgain();
    if (this.#past) return;
    try {
      const { makePast } = await import("./whole_past.js");
      this.#past ??= makePast(this.parts);
      Object.assign(this.acts, this.#past.acts);
      this.#failed = false;
    } catch {
      this.#failed = true;
    }
    changed();
  }

  /** Back to now. */
  leave() {
    this.#past?.acts.leavePast();
  }

  /** Gives up the latest of what is open; whether there was something. */
  escape() {
    const { ui } = this.parts;
    if (!ui.past && !ui.history.form && !ui.history.compare) return false;
    if (ui.history.form) this.#past?.acts.historyForm(null);
    else this.leave();
    return true;
  }

  /** What is drawn over the past. */
  over(camera, settings) {
    return this.#past?.over(camera, settings) ?? null;
  }

  /** The banner over the pitch. */
  banner(model, act) {
    return this.#past?.banner(model, act) ?? null;
  }

  /** The drawer. @param {import("../view.js").PageModel} model */
  view(model, act) {
    return this.#past ? this.#past.view(model, act) : this.#waiting(act);
  }

  #waiting(act) {
    const close = { "aria-label": "Close timeline", onclick: () => act.drawer(null) };
    return h(
      "aside",
      { class: "panel history", key: "history", "aria-label": "Timeline" },
      h(
        "header",
        {},
        h("h2", {}, "Timeline"),
        h("button", { class: "button plain square", type: "button", ...close }, icon("close")),
      ),
      h(
        "div",
        { class: "scroll" },
        this.#failed
          ? h(
              "div",
              { class: "notice bad-edge" },
              "The timeline needs the connection.",
              h(
                "button",
                { class: "button tiny", type: "button", onclick: () => this.open() },
                "Try again",
              ),
            )
          : h("div", { class: "skeleton line", "aria-busy": "true" }),
      ),
    );
  }
}
