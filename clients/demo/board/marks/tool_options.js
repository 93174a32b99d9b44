/** What one can say of the tool in hand. Pure. */
import { icon } from "../../parts/icons.js";
import { radioGroup } from "../../parts/radios.js";
import { h } from "../../parts/view.js";
import { KITS } from "../kits.js";
import { conventionsOf } from "./conventions.js";
import { itemPicture } from "./equipment_shapes.js";
import { ITEMS } from "./items.js";
import { TOOL_GROUPS } from "./tools.js";

const PATHS = [
  ["hand", "Freehand", "freehand"],
  ["straight", "Straight", "line"],
  ["curve", "Curve", "curve"],
];

/** @param {{ui: any, sport: string, choose: (tool: string) => void}} model */
export function toolOptions({ ui, sport, off }, act) {
  const { tool, options } = ui;
  const group = TOOL_GROUPS.find((one) => one.some(([name]) => name === tool)) ?? [];
  const pick = (label, chosen, run, picture) =>
    h(
      "button",
      {
        class: "button plain tiny",
        type: "button",
        key: label,
        role: "radio",
        "aria-checked": String(chosen),
        onclick: run,
      },
      picture ? (typeof picture === "string" ? icon(picture) : picture) : null,
      label,
    );
  const choice = (name, value, label, picture) =>
    pick(label, options[name] === value, () => act.option({ [name]: value }), picture);
  const row = (label, choices, kind = "") =>
    radioGroup({ class: `choices ${kind}`, "aria-label": label, key: label }, choices, {
      choosing: kind !== "kinds",
    });
  const parts = [];
  if (group.length > 1)
    parts.push(
      row(
        "Kind",
        group
          .filter(([name]) => !off(name))
          .map(([name, label, , picture]) =>
            pick(label, name === tool, () => act.choose(name), picture),
          ),
        "kinds",
      ),
    );
  if (tool === "token")
    parts.push(
      row(
        "Team",
        Object.entries(KITS).map(([side, kit]) => choice("side", side, kit.name)),
      ),
    );
  if (tool === "equipment") parts.push(palette(options, act));
  if (tool === "arrow" || tool === "line") {
    const means = conventionsOf(sport).filter(({ head }) => tool === "arrow" || head === "end");
    parts.push(
      row(
        "Style",
        means.map(({ stroke, head, name, picture }) =>
          pick(
            name,
            options.stroke === stroke && (tool === "line" || options.head === head),
            () => act.option({ stroke, head }),
            picture,
          ),
        ),
        "styles",
      ),
      row("Way", PATHS.map(([value, label, picture]) => choice("path", value, label, picture))),
    );
  }
  if (tool === "zone")
    parts.push(
      row("Form", [
        choice("shape", "rect", "Rectangle", "rect"),
        choice("shape", "ellipse", "Ellipse", "ellipse"),
        choice("shape", "polygon", "Polygon", "polygon"),
      ]),
    );
  if (tool === "link")
    parts.push(
      row("Length", [
        choice("linkMeasure", false, "Line only"),
        choice("linkMeasure", true, "With length", "measure"),
      ]),
    );
  return parts;
}

function palette({ item }, act) {
  return radioGroup(
    { class: "palette", "aria-label": "Equipment", key: "item" },
    Object.entries(ITEMS).map(([value, { name, size }]) => {
      const fit = 8.5 / Math.max(...size);
      return h(
        "button",
        {
          class: "button plain",
          type: "button",
          key: value,
          role: "radio",
          "data-item": value,
          "aria-checked": String(item === value),
          onclick: () => act.option({ item: value }),
        },
        h(
          "svg",
          { class: "item-icon", viewBox: "-10 -10 20 20", "aria-hidden": "true" },
          itemPicture({ item: value }, Math.max(2, size[0] * fit), Math.max(2, size[1] * fit), 1),
        ),
        name,
      );
    }),
  );
}
