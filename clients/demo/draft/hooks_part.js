/** The commissioner's part about webhooks: addresses outside, how far each was told, what went wrong. Pure. */
import { h } from "../parts/view.js";
import { button, field } from "./bits.js";
import { clockTime } from "./words.js";

export function hooksPart({ ui }, act) {
  const { list, secret, problem, busy } = ui.hooks;
  return h(
    "div",
    { class: "stack", "data-testid": "hooks" },
    h("p", { class: "quiet small" }, "Another program can be told each pick or sale and the end, as signed JSON (Standard Webhooks). Queues and maxima are never told."),
    problem ? h("p", { class: "notice bad-edge", role: "alert", key: "problem" }, problem) : null,
    secret ? secretNotice(secret, act) : null,
    list === null
      ? h("p", { class: "quiet", key: "none" }, busy ? "Asking the server" : "")
      : h("ul", { class: "stack", key: "list" }, list.map((hook) => hookRow(hook, busy, act))),
    h(
      "form",
      {
        ...{ class: "stack tight", key: "form" },
        onsubmit: (event) => {
          event.preventDefault();
          const { url } = event.target.elements;
          act.addHook(url.value, () => (url.value = ""));
        },
      },
      field("Address", { name: "url", type: "url", required: true, maxlength: 1000, placeholder: "https://" }),
      h("button", { class: "button", type: "submit", disabled: busy || null }, "Tell this address"),
    ),
  );
}

function secretNotice({ text }, act) {
  return h(
    "div",
    { class: "notice calm stack tight", key: "secret", "data-testid": "hook-secret" },
    h("p", {}, h("b", {}, "The secret, shown this once."), " The receiver checks signatures with it."),
    h("code", { class: "cut-anywhere" }, text),
    h("div", { class: "row wrap" }, button("Copy", act.copySecret, { look: "tiny", key: "copy" }), button("I have it", act.forgetSecret, { look: "tiny", key: "done" })),
  );
}

function hookRow(hook, busy, act) {
  const { id, url, deliveries } = hook;
  return h(
    "li",
    { key: id, class: "stack tight", "data-hook": id },
    h("b", { class: "cut-anywhere" }, url),
    h("p", { class: hook.off_at === null ? "small quiet" : "small bad" }, standing(hook)),
    h(
      "div",
      { class: "row wrap" },
      button("Try it", () => act.tryHook(id), { look: "tiny", disabled: busy, name: `Send a test to ${url}`, key: "try" }),
      hook.off_at !== null || hook.attempts ? button(hook.off_at === null ? "Try again now" : "Turn it on again", () => act.turnHookOn(id), { look: "tiny", disabled: busy, key: "on" }) : null,
      button("Remove", () => act.removeHook(id), { look: "tiny danger", disabled: busy, name: `Tell ${url} nothing more`, key: "remove" }),
    ),
    deliveries.length
      ? h(
          "details",
          { key: "deliveries" },
          h("summary", {}, `Latest: ${deliveryWords(deliveries[0])}`),
          h("ol", { class: "told small" }, deliveries.map((one, place) => h("li", { key: `${one.id} ${place}` }, deliveryWords(one)))),
        )
      : null,
  );
}

/** How it stands with one of them, in words. */
export function standing({ off_at, off_why, attempts, next_at, waits }) {
  if (off_at !== null) return `Off since ${clockTime(off_at)}: ${off_why}.`;
  if (attempts) return `Not accepted ${attempts === 1 ? "once" : `${attempts} times`}; tried again at ${clockTime(next_at)}.`;
  return waits ? "On, something is on its way." : "On, and told everything.";
}

/** @param {{type: string, at: number, status: number | null, problem: string, took_ms: number}} delivery */
export function deliveryWords({ type, at, status, problem, took_ms }) {
  const how = status === null ? problem : status >= 200 && status < 300 ? `accepted (${status})` : `not accepted (${status})`;
  return `${clockTime(at, true)} ${type}: ${how}, ${took_ms} ms`;
}
