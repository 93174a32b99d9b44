/** Buttons that bring things into order: along a line, over each other, together, again. Pure. */
import { icon } from "../../parts/icons.js";
import { h } from "../../parts/view.js";

const ALIGN = [
  ["left", "Align left edges", "alignLeft"],
  ["centre", "Align centres across", "alignCentre"],
  ["right", "Align right edges", "alignRight"],
  ["top", "Align upper edges", "alignTop"],
  ["middle", "Align middles", "alignMiddle"],
  ["bottom", "Align lower edges", "alignBottom"],
];
const ORDER = [
  ["front", "To the front", "Shift+PageUp", "toFront"],
  ["forward", "Forward", "PageUp", "forward"],
  ["backward", "Backward", "PageDown", "backward"],
  ["back", "To the back", "Shift+PageDown", "toBack"],
];

/** @param {{records: [string, any][]}} model */
export function arrangeFields({ records }, act) {
  const count = records.length;
  const grouped = records.some(([, { props }]) => props.group);
  const alone = new Set(records.map(([, { props }]) => props.group ?? "")).size === 1 && grouped;
  const placed = records.filter(([, { props }]) => props.at).length;
  return h(
    "section",
    { class: "arrange", key: "arrange", "aria-label": "Arrange" },
    placed > 1
      ? strip(
          "Align",
          ALIGN.map(([side, label, picture]) => button(label, picture, () => act.align(side))),
        )
      : null,
    placed > 2
      ? strip("Spread", [
          button("Spread evenly across", "spreadAcross", () => act.spread("across")),
          button("Spread evenly down", "spreadDown", () => act.spread("down")),
        ])
      : null,
    strip(
      "Order",
      ORDER.map(([where, label, key, picture]) =>
        button(`${label} (${key})`, picture, () => act.order(where), label),
      ),
    ),
    strip("Together", [
      words("Duplicate", "Ctrl+D", act.duplicate),
      words("Copy", "Ctrl+C", act.copy),
      count > 1 && !alone ? words("Group", "Ctrl+G", () => act.group(true)) : null,
      grouped ? words("Ungroup", "Ctrl+Shift+G", () => act.group(false)) : null,
      placed === 2 && count === 2 ? words("Swap places", "", act.swap) : null,
    ]),
  );
}

const strip = (label, buttons) =>
  h("div", { class: "button-row", role: "group", "aria-label": label, key: label }, buttons);

function button(title, picture, run, label = title) {
  return h(
    "button",
    {
      class: "button plain square",
      type: "button",
      key: picture,
      "aria-label": label,
      title,
      onclick: run,
    },
    icon(picture),
  );
}

const words = (label, key, run) =>
  h(
    "button",
    {
      class: "button",
      type: "button",
      key: label,
      title: key ? `${label} (${key})` : label,
      onclick: () => run(),
    },
    label,
  );
