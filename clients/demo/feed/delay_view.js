/** How much later one sees the game than it happens: for whoever watches a stream that lags. Pure. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { watchingWords } from "./watching.js";

export const DELAY_MAX_S = 120;
/** What usual ways of watching lag behind the field. */
const USUAL = [
  [0, "As it happens"],
  [20, "Television, 20 s"],
  [30, "Cable, 30 s"],
  [55, "Stream, 55 s"],
];

const SPEEDS = [1, 2, 4, 8, 30, 60];

/** Paused, or from an earlier moment on. */
function watchView({ ui, state, watching, asOf }, act) {
  const button = (words, key, onclick, more = {}) =>
    h("button", { class: "button", type: "button", key: words, title: key ? `${words} (${key})` : words, disabled: ui.moving, onclick, ...more }, words);
  const still = watching?.speed === 0;
  const first = state.plays.find(({ play }) => !play.deleted)?.play.id;
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
      first ? button("From the first play", "", () => act.watchFrom(first), { "data-testid": "from-start" }) : null,
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

export function delayView(model, act) {
  const { ui, delay, delaySending } = model;
  const chosen = ui.delay ?? delay;
  return h(
    "section",
    { class: "panel delay-panel", key: "delay", "aria-labelledby": "delay-title", "data-testid": "delay-panel" },
    h(
      "header",
      {},
      h("h2", { id: "delay-title" }, "See it later"),
      h(
        "button",
        { class: "button plain square", type: "button", "aria-label": "Close", onclick: () => act.side(null) },
        icon("close"),
      ),
    ),
    h(
      "div",
      { class: "scroll stack" },
      h(
        "p",
        { class: "quiet" },
        "Your stream lags behind the field? Let the game lag with it: score, plays and chat come to you so much later, on every device of yours.",
      ),
      h(
        "label",
        { class: "field" },
        h("span", {}, "Seconds behind"),
        h("input", {
          ...{ type: "range", min: 0, max: DELAY_MAX_S, step: 1, class: "delay-range", "data-testid": "delay" },
          ".value": String(chosen),
          "aria-valuetext": chosen === 0 ? "as it happens" : `${chosen} seconds behind`,
          oninput: (event) => act.holdDelay(Number(event.target.value)),
          onchange: (event) => act.setDelay(Number(event.target.value)),
        }),
      ),
      h(
        "p",
        { class: "delay-said", role: "status", "data-testid": "delay-said" },
        delaySending ? `Setting ${chosen} s` : chosen === 0 ? "As it happens" : `${chosen} s behind`,
      ),
      h(
        "div",
        { class: "row wrap", role: "group", "aria-label": "Usual delays" },
        USUAL.map(([seconds, words]) =>
          h(
            "button",
            {
              ...{ class: "button tiny", type: "button", key: seconds, onclick: () => act.setDelay(seconds) },
              "aria-pressed": String(chosen === seconds),
            },
            words,
          ),
        ),
      ),
      watchView(model, act),
      ui.refusal?.anchor === "delay"
        ? h("p", { class: "notice bad-edge refused", key: "refused", role: "alert" }, ui.refusal.text)
        : null,
    ),
  );
}
