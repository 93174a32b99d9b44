/**
 * The door to the past: what one needs to look back is fetched when the drawer is first opened, as
 * most visits never do. Until then there is no past to draw, to leave or to act on.
 */
import { waitingView } from "../fetched.js";

export class PastDoor {
  /** @type {import("./whole_past.js").WholePast | null} */
  #past = null;
  /** Where its acts go, beside all the others. @type {any} */
  acts = {};

  /**
   * @param {import("../fetched.js").Fetched<typeof import("./whole_past.js")>} fetched
   * @param {any} parts of history_acts.js, `model`, and `changed`
   */
  constructor(fetched, parts) {
    this.fetched = fetched;
    this.parts = parts;
  }

  /** Fetches what is needed, unless it is there. */
  async open() {
    const { history, changed } = this.parts;
    if (!history.loaded) history.load();
    this.#past?.machine.tryAgain();
    await this.fetched.get();
    this.#made();
    changed();
  }

  /** The past, as soon as its files are there. */
  #made() {
    if (this.#past || !this.fetched.value) return this.#past;
    this.#past = this.fetched.value.makePast(this.parts);
    Object.assign(this.acts, this.#past.acts);
    return this.#past;
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
    return this.#made()?.view(model, act) ?? waitingView(this.fetched, "history", act);
  }
}
