/**
 * Parts of the page that are fetched when the board is already there, or when they are first asked
 * for: it shows sooner, and few visits need them all. The service worker keeps their files too, so
 * they come without a connection.
 */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";

/** One such part. @template T */
export class Fetched {
  /** @type {T | null} what its files export, once they are there */
  value = null;
  /** Whether it was asked for last in vain. */
  failed = false;
  #load;
  #changed;

  /** @param {() => Promise<T>} load @param {() => void} changed it is there, or it failed */
  constructor(load, changed) {
    this.#load = load;
    this.#changed = changed;
  }

  /** Fetches it, unless it is there; null where that fails: the next call tries again. */
  async get() {
    if (this.value) return this.value;
    this.failed = false;
    try {
      this.value = await this.#load();
    } catch (error) {
      this.failed = true;
      console.warn("A part of the page could not be fetched:", error.message);
    }
    this.#changed();
    return this.value;
  }
}

/** Everything of a board that is fetched so. @param {() => void} changed */
export function fetchedParts(changed) {
  const soon = (part) => new Fetched(async () => (await import("./soon.js"))[part], changed);
  const asked = (part) => new Fetched(async () => (await import("./asked.js"))[part], changed);
  return {
    panels: soon("panels"),
    together: soon("together"),
    past: asked("past"),
    exchange: asked("exchange"),
    shelf: asked("shelf"),
    sharing: asked("sharing"),
  };
}

const TITLES = {
  inspector: "Properties",
  layers: "Layers",
  teams: "Teams",
  phase: "Phase",
  settings: "Board",
  unsaved: "Not saved",
  chat: "Chat",
  history: "Timeline",
  exchange: "Export and import",
  shelf: "Library",
};

/** A drawer that is on its way. @param {Fetched<any>} part @param {string} drawer */
export function waitingView(part, drawer, act) {
  const title = TITLES[drawer];
  const name = title.toLowerCase();
  const close = { "aria-label": `Close ${name}`, onclick: () => act.drawer(null) };
  return h(
    "aside",
    { class: "panel", key: `waiting ${name}`, "aria-label": title },
    h(
      "header",
      {},
      h("h2", {}, title),
      h("button", { class: "button plain square", type: "button", ...close }, icon("close")),
    ),
    h(
      "div",
      { class: "scroll stack" },
      part.failed ? inVain(drawer, title, act) : h("div", { class: "skeleton line", "aria-busy": "true" }),
    ),
  );
}

function inVain(drawer, title, act) {
  const again = { class: "button tiny", type: "button", onclick: () => act.drawer(drawer) };
  return h(
    "div",
    { class: "notice bad-edge", role: "status" },
    `${title}: this needs the connection.`,
    h("button", again, "Try again"),
  );
}
