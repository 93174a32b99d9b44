/** How much later one sees the game than it happens: for whoever watches a stream that lags. Pure. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";

export const DELAY_MAX_S = 120;
/** What usual ways of watching lag behind the field. */
const USUAL = [
  [0, "As it happens"],
  [20, "Television, 20 s"],
  [30, "Cable, 30 s"],
  [55, "Stream, 55 s"],
];

/** @param {any} [more] what else can be done about the moment that one sees */
export function delayView(model, act, more = null) {
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
      more,
      ui.refusal?.anchor === "delay"
        ? h("p", { class: "notice bad-edge refused", key: "refused", role: "alert" }, ui.refusal.text)
        : null,
    ),
  );
}
