/** Over the pitch while the past shows: which version, and the ways back. Pure. */
import { h } from "../../parts/view.js";
import { mayRestore } from "../rights.js";

export function pastBanner({ ui, names, who }, act) {
  const { version, entry, problem, state, loading } = ui.past;
  const { compare } = ui.history;
  const when = entry
    ? new Date(entry.at).toLocaleString([], {
        day: "numeric",
        month: "short",
        hour: "2-digit",
        minute: "2-digit",
      })
    : "";
  return h(
    "div",
    { class: "past-banner", key: "past", role: "status", "data-testid": "past" },
    h(
      "span",
      { class: "cut" },
      h("b", {}, compare ? `Version ${compare.from} to ${compare.to}` : `Version ${version}`),
      entry && !compare ? ` · ${names[entry.by] ?? "Touchline"}, ${when}` : null,
      problem ? h("span", { class: "bad" }, ` · ${problem}`) : loading ? " · loading" : null,
    ),
    !compare && mayRestore(who)
      ? h(
          "button",
          { class: "button tiny", type: "button", disabled: !state || loading, onclick: act.restorePast },
          "Restore this",
        )
      : null,
    h(
      "button",
      { class: "button primary tiny", type: "button", onclick: act.leavePast },
      "Back to now",
    ),
  );
}
