/** Devices that are signed in. Pure. */
import { h } from "../parts/view.js";
import { problem, when } from "./fields.js";
import { section } from "./section.js";

export function devices(state, acts) {
  const { sessions } = state;
  const others = (sessions ?? []).filter((one) => !one.current).length;
  return section(state, {
    id: "sessions",
    title: "Devices",
    about: sessions === null ? null : counted(others),
    said: ["sessions"],
    edits: [
      ...(others ? [{ run: acts.endOthers, label: "Sign out the others" }] : []),
      { run: acts.signOut, label: "Sign out here" },
    ],
    acts,
    body: [
      h(
        "ul",
        { class: "list", key: "list" },
        (sessions ?? []).map((one) => device(one, acts)),
      ),
      problem(state, "sessions"),
    ],
  });
}

function counted(others) {
  if (others === 0) return "Signed in here only.";
  return others === 1 ? "Signed in here and on one other." : `Signed in here and on ${others} others.`;
}

function device(one, acts) {
  return h(
    "li",
    { key: one.id },
    h(
      "div",
      { class: "grow" },
      h(
        "p",
        {},
        h("b", {}, one.device),
        one.current ? h("span", { class: "good" }, " · this device") : null,
        one.new_device ? h("span", { class: "warn" }, " · new") : null,
      ),
      h("p", { class: "quiet small" }, `${one.address} · used ${when(one.used_at)}`),
    ),
    one.current
      ? null
      : h(
          "button",
          {
            class: "button tiny",
            type: "button",
            "aria-label": `Sign out ${one.device}`,
            onclick: () => acts.endSession(one.id),
          },
          "Sign out",
        ),
  );
}
