/** The tools, and what the chosen one can be set to. Pure. */
import { icon } from "../parts/icons.js";
import { radioGroup } from "../parts/radios.js";
import { h } from "../parts/view.js";
import { COLOURS } from "./kits.js";
import { frontOf, TOOL_GROUPS } from "./marks/tools.js";
import { mayAdd } from "./rights.js";

const INKED = new Set(["arrow", "line", "zone", "text", "link", "measure"]);

/** `toolOptions`: marks/tool_options.js, once it is there. */
export function toolbarView({ ui, who, undoable, redoable, inert, sport, toolOptions }, act) {
  const off = (tool) =>
    tool === "laser"
      ? ui.past !== null
      : inert || (tool !== "select" && !mayAdd(who, tool));
  return h(
    "div",
    {
      class: "toolbar",
      role: "toolbar",
      "aria-label": "Tools",
      "aria-orientation": "vertical",
      key: "toolbar",
    },
    radioGroup(
      { class: "tools", "aria-label": "Tool" },
      TOOL_GROUPS.flatMap((group) =>
        group.map(([tool, name, key, picture]) => {
          const front = frontOf(group, ui.tool)[0] === tool;
          return toolButton({ tool, name, key, picture, front }, ui, off(tool), act);
        }),
      ),
      { choosing: false },
    ),
    h(
      "div",
      { class: "steps" },
      button("undo", "Undo", "Ctrl+Z", inert || undoable === 0, act.undo),
      button("redo", "Redo", "Ctrl+Shift+Z", inert || redoable === 0, act.redo),
      button("fit", "Whole pitch", "F", ui.look.zoom === 1, act.fit),
    ),
    ui.tool === "select" || inert ? null : optionsView({ ui, sport, off }, toolOptions, act),
  );
}

function toolButton({ tool, name, key, picture, front }, ui, off, act) {
  return h(
    "button",
    {
      class: "button plain square",
      type: "button",
      key: tool,
      role: "radio",
      "data-tool": tool,
      "data-front": front,
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

function optionsView(model, toolOptions, act) {
  const { tool, options } = model.ui;
  const parts = toolOptions?.(model, act) ?? [];
  if (INKED.has(tool)) parts.push(inkChoice("Colour", options.ink, (ink) => act.option({ ink })));
  return parts.length > 0 ? h("div", { class: "options", key: "options" }, parts) : null;
}

/** A row of colours, each with its name. */
export function inkChoice(label, chosen, choose) {
  return radioGroup(
    { class: "swatches", "aria-label": label, key: label },
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
