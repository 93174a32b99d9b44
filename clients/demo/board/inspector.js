/**
 * What is selected, and what can be said of it: number, name, colours, role, facing, style, lock,
 * delete. Pure.
 */
import { isPending } from "/js/kinds/board.js";
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { input, range, select, swatches, textArea } from "./fields.js";
import { KITS, kitOf } from "./kits.js";
import { placeInWords } from "./projection.js";
import { phaseFields } from "./phases/in_phase.js";
import { mayLock, mayTouch } from "./rights.js";
import { thingName } from "./words.js";

const DIRECTIONS = [
  [null, "none"],
  [0, "→ right"],
  [45, "↘"],
  [90, "↓ down"],
  [135, "↙"],
  [180, "← left"],
  [225, "↖"],
  [270, "↑ up"],
  [315, "↗"],
];

/** @param {{records: [string, any][], who: any, names: Record<string, string>, objects: any, phase:
 * string | null}} model */
export function inspectorView(model, act) {
  const { records, who } = model;
  const may = records.length > 0 && records.every(([, record]) => mayTouch(who, record));
  return h(
    "aside",
    { class: "panel inspector", key: "inspector", "aria-label": "Properties" },
    h(
      "header",
      {},
      h("h2", { class: "cut" }, title(records)),
      h(
        "button",
        {
          class: "button plain square",
          type: "button",
          "aria-label": "Close",
          onclick: () => act.drawer(null),
        },
        icon("close"),
      ),
    ),
    h(
      "div",
      { class: "scroll stack" },
      records.length === 0 ? h("p", { class: "quiet" }, "Select something on the pitch.") : null,
      records.length > 0 && !may
        ? h("p", { class: "notice calm" }, act.whyFixed(records[0][1]))
        : null,
      records.length > 0
        ? h(
            "fieldset",
            { class: "stack", disabled: !may },
            fields(model, act),
            phaseFields(model, act),
          )
        : null,
      records.length > 0 ? written(model) : null,
      records.length > 0 ? acts(model, may, act) : null,
    ),
  );
}

function title(records) {
  if (records.length === 0) return "Nothing selected";
  if (records.length === 1)
    return thingName(records[0][1])
      .replace(/^(a|an|the) /u, "")
      .replace(/^./u, (first) => first.toUpperCase());
  return `${records.length} things`;
}

function fields({ records }, act) {
  const sorts = new Set(records.map(([, record]) => record.sort));
  const all = (...wanted) => [...sorts].every((sort) => wanted.includes(sort));
  const one = records.length === 1 ? records[0][1].props : null;
  const common = (name) => {
    const values = new Set(records.map(([, record]) => JSON.stringify(record.props[name] ?? null)));
    return values.size === 1 ? JSON.parse([...values][0]) : undefined;
  };
  const set = (name) => (value) => act.setProps({ [name]: value });
  const parts = [];
  if (all("token")) parts.push(...tokenFields(one, common, set, records));
  if (all("line", "arrow"))
    parts.push(
      select(
        "Style",
        common("stroke") ?? "solid",
        [
          ["solid", "run (solid)"],
          ["dashed", "pass (dashed)"],
          ["wavy", "dribble (wavy)"],
        ],
        set("stroke"),
      ),
    );
  if (all("arrow"))
    parts.push(
      select(
        "Head",
        common("head") ?? "end",
        [
          ["end", "at the end"],
          ["both", "at both ends"],
          ["bar", "bar (screen)"],
        ],
        set("head"),
      ),
    );
  if (all("zone")) {
    parts.push(
      select(
        "Form",
        common("shape") ?? "rect",
        [
          ["rect", "rectangle"],
          ["ellipse", "ellipse"],
        ],
        set("shape"),
      ),
    );
    parts.push(
      swatches("Colour", common("fill"), (colour) => act.setProps({ fill: colour, ink: colour })),
    );
    parts.push(range("Strength", common("opacity") ?? 22, 5, 100, set("opacity")));
  }
  if (all("text") && one)
    parts.push(
      textArea("Text", one.text, (value) => value.trim() && act.setProps({ text: value.trim() })),
    );
  if (all("line", "arrow", "text"))
    parts.push(swatches("Colour", common("ink") ?? "#ffffff", set("ink")));
  if (all("token", "ball", "text"))
    parts.push(range("Size", common("scale") ?? 100, 50, 250, set("scale"), "%"));
  return parts;
}

function tokenFields(one, common, set, records) {
  const shirt = records.length === 1 ? kitOf(records[0][1].props).fill : common("fill");
  return [
    one
      ? h(
          "div",
          { class: "pair", key: "pair" },
          input(
            "Number",
            one.number ?? "",
            (value) =>
              set("number")(
                value === "" ? null : Math.max(0, Math.min(99, Math.trunc(Number(value)))),
              ),
            { type: "number", min: 0, max: 99, inputmode: "numeric" },
          ),
          input("Name", one.name ?? "", (value) => set("name")(value.trim() || null), {
            maxlength: 64,
          }),
        )
      : null,
    one
      ? input("Role", one.role ?? "", (value) => set("role")(value.trim() || null), {
          maxlength: 16,
          placeholder: "GK, CB, QB",
        })
      : null,
    select(
      "Team",
      common("side") ?? "",
      Object.entries(KITS).map(([side, kit]) => [side, kit.name]),
      set("side"),
    ),
    swatches("Shirt", shirt, set("fill")),
    select("Facing", common("facing") ?? null, DIRECTIONS, (value) =>
      set("facing")(value === null ? null : Number(value)),
    ),
  ];
}

/** Where it is, and whose work it is. */
function written({ records, names }) {
  if (records.length !== 1) return null;
  const [, { props, v, by }] = records[0];
  const newest = Object.keys(v).reduce((a, b) => (v[b] > v[a] ? b : a));
  return h(
    "p",
    { class: "quiet small", key: "written" },
    placeInWords(props.at),
    h("br", {}),
    isPending(v[newest])
      ? "Your change is on its way"
      : `Last changed by ${names[by[newest]] ?? "somebody"} (version ${v[newest]})`,
  );
}

function acts({ records, who }, may, act) {
  const allLocked = records.every(([, record]) => record.locked);
  return h(
    "div",
    { class: "row wrap", key: "acts" },
    mayLock(who)
      ? h(
          "button",
          {
            class: "button",
            type: "button",
            disabled: !may,
            onclick: () => act.lockSelected(!allLocked),
          },
          icon(allLocked ? "unlock" : "lock"),
          allLocked ? "Unlock" : "Lock",
        )
      : null,
    h(
      "button",
      { class: "button danger", type: "button", disabled: !may, onclick: act.deleteSelected },
      icon("trash"),
      "Delete",
    ),
  );
}
