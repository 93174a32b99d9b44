/** One phase: its name, how long, how it moves, what is said about it; and what is done to it. Pure. */
import { icon } from "../../parts/icons.js";
import { h } from "../../parts/view.js";
import { input, range, select, textArea } from "../fields.js";
import { mayAdd } from "../rights.js";
import { phasesOf } from "./order.js";

const EASINGS = [
  ["in_out", "starts and ends gently"],
  ["linear", "even"],
  ["in", "starts gently"],
  ["out", "ends gently"],
];

/** @param {{room: any, ui: any, who: any}} model */
export function phaseView({ room, ui, who }, act) {
  const phases = phasesOf(room.state.objects);
  const index = phases.findIndex(([id]) => id === ui.phase);
  if (index === -1) return null;
  const [id, { props }] = phases[index];
  const may = mayAdd(who, "phase");
  const set = (name) => (value) => act.setPhase(id, { [name]: value });
  return h(
    "aside",
    { class: "panel", key: "phase", "aria-label": "Phase" },
    h(
      "header",
      {},
      h("h2", { class: "cut" }, `Phase ${index + 1} of ${phases.length}`),
      h(
        "button",
        { class: "button plain square", type: "button", "aria-label": "Close phase", onclick: () => act.drawer(null) },
        icon("close"),
      ),
    ),
    h(
      "div",
      { class: "scroll stack" },
      h(
        "fieldset",
        { class: "stack", disabled: !may },
        input("Name", props.name ?? "", (value) => set("name")(value.trim() || null), { maxlength: 64, placeholder: String(index + 1) }),
        props.duration > 5_000
          ? h("p", { class: "quiet small" }, `A recording of ${(props.duration / 1000).toFixed(1)} s.`)
          : range("Seconds", props.duration / 1000, 0.5, 5, (value) => set("duration")(Math.round(Number(value) * 1000)), " s", 0.1),
        select("Movement", props.easing ?? "in_out", EASINGS, set("easing")),
        textArea("Notes", props.notes ?? "", (value) => set("notes")(value.trim() || null), 2_000),
      ),
      may
        ? h(
            "div",
            { class: "row wrap", key: "acts" },
            press("Earlier", () => act.movePhase(id, -1), index === 0),
            press("Later", () => act.movePhase(id, 1), index === phases.length - 1),
            press("Duplicate", () => act.copyPhase(id)),
            h(
              "button",
              { class: "button danger", type: "button", onclick: () => act.removePhase(id) },
              icon("trash"),
              "Delete",
            ),
          )
        : null,
    ),
  );
}

function press(label, onclick, disabled = false) {
  return h("button", { class: "button", type: "button", key: label, disabled, onclick }, label);
}
