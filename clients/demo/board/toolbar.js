/** The tools, and what the chosen one can be set to. Pure. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { COLOURS, KITS } from "./kits.js";
import { mayAdd } from "./rights.js";

const TOOLS = [
  ["select", "Select and move", "V", "select"],
  ["token", "Player", "T", "token"],
  ["ball", "Ball", "B", "ball"],
  ["arrow", "Arrow", "A", "arrow"],
  ["line", "Line", "L", "line"],
  ["zone", "Zone", "Z", "rect"],
  ["text", "Text", "X", "text"],
  ["comment", "Comment", "C", "comment"],
  ["laser", "Laser pointer", "K", "laser"],
];
const STROKES = [
  ["solid", "Run", "arrow"],
  ["dashed", "Pass", "pass"],
  ["wavy", "Dribble", "dribble"],
];

export function toolbarView({ ui, who, undoable, redoable, inert }, act) {
  return h(
    "div",
    {
      class: "toolbar",
      role: "toolbar",
      "aria-label": "Tools",
      "aria-orientation": "vertical",
      key: "toolbar",
    },
    h(
      "div",
      { class: "tools", role: "radiogroup", "aria-label": "Tool" },
      TOOLS.map(([tool, name, key, picture]) =>
        toolButton(
          { tool, name, key, picture },
          ui,
          tool === "laser"
            ? ui.past !== null
            : inert || (tool !== "select" && !mayAdd(who, tool)),
          act,
        ),
      ),
    ),
    h(
      "div",
      { class: "steps" },
      button("undo", "Undo", "Ctrl+Z", inert || undoable === 0, act.undo),
      button("redo", "Redo", "Ctrl+Shift+Z", inert || redoable === 0, act.redo),
      button("fit", "Whole pitch", "F", ui.look.zoom === 1, act.fit),
    ),
    ui.tool === "select" || inert ? null : optionsView(ui, act),
  );
}

function toolButton({ tool, name, key, picture }, ui, off, act) {
  return h(
    "button",
    {
      class: "button plain square",
      type: "button",
      key: tool,
      role: "radio",
      "data-tool": tool,
      "aria-checked": String(ui.tool === tool),
      "aria-label": name,
      title: `${name} (${key})`,
      disabled: off,
      onclick: () => act.choose(tool),
    },
    icon(picture),
  );
}

function button(picture, name, key, off, run) {
  return h(
    "button",
    {
      class: "button plain square",
      type: "button",
      key: picture,
      "data-act": picture,
      "aria-label": name,
      title: `${name} (${key})`,
      disabled: off,
      onclick: run,
    },
    icon(picture),
  );
}

function optionsView({ tool, options }, act) {
  const choice = (name, value, label, picture) =>
    h(
      "button",
      {
        class: "button plain tiny",
        type: "button",
        key: value,
        role: "radio",
        "aria-checked": String(options[name] === value),
        onclick: () => act.option({ [name]: value }),
      },
      picture ? icon(picture) : null,
      label,
    );
  const group = (label, choices) =>
    h("div", { class: "choices", role: "radiogroup", "aria-label": label, key: label }, choices);
  const parts = [];
  if (tool === "token")
    parts.push(
      group(
        "Team",
        Object.entries(KITS).map(([side, kit]) => choice("side", side, kit.name)),
      ),
    );
  if (tool === "arrow" || tool === "line")
    parts.push(
      group(
        "Style",
        STROKES.map(([value, label, picture]) => choice("stroke", value, label, picture)),
      ),
    );
  if (tool === "zone")
    parts.push(
      group("Form", [
        choice("shape", "rect", "Rectangle", "rect"),
        choice("shape", "ellipse", "Ellipse", "ellipse"),
      ]),
    );
  if (["arrow", "line", "zone", "text"].includes(tool))
    parts.push(inkChoice("Colour", options.ink, (ink) => act.option({ ink })));
  return parts.length > 0 ? h("div", { class: "options", key: "options" }, parts) : null;
}

/** A row of colours, each with its name. */
export function inkChoice(label, chosen, choose) {
  return h(
    "div",
    { class: "swatches", role: "radiogroup", "aria-label": label, key: label },
    COLOURS.map(([colour, name]) =>
      h("button", {
        class: "swatch",
        type: "button",
        key: colour,
        role: "radio",
        "aria-checked": String(chosen === colour),
        "aria-label": name,
        title: name,
        vars: { swatch: colour },
        onclick: () => choose(colour),
      }),
    ),
  );
}
