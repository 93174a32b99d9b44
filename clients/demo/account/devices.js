/** Devices that are signed in. Pure. */
import { h } from "../parts/view.js";
import { grave, press, problem, when } from "./fields.js";
import { section } from "./section.js";

export function devices(state, acts) {
  const sessions = state.sessions ?? [];
  const others = sessions.filter((one) => !one.current).length;
  return section(state, {
    id: "sessions",
    title: "Devices",
    about: state.sessions === null ? null : counted(others),
    said: ["sessions"],
    edits: [{ run: acts.signOut, label: "Sign out here" }],
    acts,
    body: [
      h(
        "ul",
        { class: "list", key: "list" },
        sessions.map((one) => device(one, acts)),
      ),
      problem(state, "sessions"),
      h("div", { class: "row wrap", key: "all" }, [
        others ? press("Sign out the others", acts.endOthers, { key: "others" }) : null,
        others
          ? grave(state, acts, {
              id: "end-all",
              label: "Sign out everywhere",
              question: "Sign out on every device, this one too?",
              yes: "Sign out everywhere",
              run: acts.endAll,
            })
          : null,
      ]),
    ],
  });
}

function counted(others) {
  if (others === 0) return "Signed in here only.";
  return others === 1
    ? "Signed in here and on one other."
    : `Signed in here and on ${others} others.`;
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
        one.new_device
          ? h("span", { class: "warn" }, " · not seen before. Not you? Sign it out")
          : null,
      ),
      h(
        "p",
        { class: "quiet small" },
        `${one.address} · since ${when(one.created_at)} · used ${when(one.used_at)}`,
      ),
    ),
    one.current
      ? null
      : press("Sign out", () => acts.endSession(one.id), {
          look: "tiny",
          "aria-label": `Sign out ${one.device}`,
        }),
  );
}
