/** The game paused, or watched from an earlier moment on, at a pace of one's own. Pure. */
import { h } from "../parts/view.js";
import { watchingWords } from "./watching.js";

const SPEEDS = [1, 2, 4, 8, 30, 60];

/** Paused, or from an earlier moment on. */
export function watchView({ ui, state, watching, asOf }, act) {
  const button = (words, key, onclick, more = {}) =>
    h("button", { class: "button", type: "button", key: words, title: key ? `${words} (${key})` : words, disabled: ui.moving, onclick, ...more }, words);
  const still = watching?.speed === 0;
  const begun = state.plays.some(({ play }) => !play.deleted);
  return h(
    "section",
    { class: "stack watch", key: "watch", "aria-labelledby": "watch-title", "data-testid": "watch-panel" },
    h("h3", { id: "watch-title" }, "Pause and go back"),
    h("p", { class: "delay-said", "data-testid": "watch-said" }, watching ? watchingWords(watching, asOf) : "Not paused"),
    h(
      "div",
      { class: "row wrap" },
      still
        ? button("Go on", "K", () => act.watchAt(1), { "data-testid": "go-on" })
        : button("Pause", "K", act.pause, { "data-testid": "pause" }),
      button("10 s back", "J", () => act.back(10)),
      button("1 min back", "", () => act.back(60)),
      begun ? button("From the first play", "", act.watchAll, { "data-testid": "from-start" }) : null,
    ),
    h(
      "label",
      { class: "field" },
      h("span", {}, "Speed"),
      h(
        "select",
        {
          ...{ class: "input", "data-testid": "speed", disabled: !watching || ui.moving },
          ".value": String(watching?.speed || 1),
          onchange: (event) => act.watchAt(Number(event.target.value)),
        },
        SPEEDS.map((speed) => h("option", { value: speed, key: speed }, speed === 1 ? "As it was" : `${speed} times as fast`)),
      ),
    ),
    watching ? button("Back to live", "L", act.live, { class: "button primary" }) : null,
  );
}
