/** Fields for the properties that everything selected has in common. Pure. */
import { icon } from "../../parts/icons.js";
import { h } from "../../parts/view.js";
import { input, range, select, swatches, textArea } from "../fields.js";
import { isKeeper, KITS, kitOf } from "../kits.js";
import { strokeChoices } from "./conventions.js";
import { ITEMS } from "./items.js";

const HEADS = [
  ["end", "at the end"],
  ["both", "at both ends"],
  ["bar", "bar (screen)"],
];
const FORMS = [
  ["rect", "rectangle"],
  ["ellipse", "ellipse"],
];

/** @param {{records: [string, any][], settings: any}} model */
export function propertyFields({ records, settings }, act) {
  const sorts = new Set(records.map(([, record]) => record.sort));
  const all = (...wanted) => [...sorts].every((sort) => wanted.includes(sort));
  const one = records.length === 1 ? records[0][1].props : null;
  const common = (name) => {
    const values = new Set(records.map(([, record]) => JSON.stringify(record.props[name] ?? null)));
    return values.size === 1 ? JSON.parse([...values][0]) : undefined;
  };
  const set = (name) => (value) => act.setProps({ [name]: value });
  const given = { records, one, common, set, act, sport: settings?.sport };
  return [
    all("token") ? tokenFields(given) : null,
    all("equipment") ? equipmentFields(given) : null,
    all("line", "arrow", "link") ? lineFields(given, all) : null,
    all("zone") ? zoneFields(given, one) : null,
    all("link") ? linkFields(given) : null,
    all("text") && one
      ? textArea("Text", one.text, (value) => value.trim() && act.setProps({ text: value.trim() }))
      : null,
    all("line", "arrow", "text", "link", "measure")
      ? swatches("Colour", common("ink") ?? "#ffffff", set("ink"))
      : null,
    all("line", "arrow", "link", "measure", "zone")
      ? range("Width", common("width") ?? 260, 60, 800, set("width"), " mm", 20)
      : null,
    all("line", "arrow", "text") ? strength(common, set, 100) : null,
    all("token", "ball", "text", "equipment")
      ? range("Size", common("scale") ?? 100, 50, 250, set("scale"))
      : null,
    all("zone", "text", "equipment")
      ? range("Turn", common("turn") ?? 0, 0, 355, set("turn"), "°")
      : null,
  ].flat();
}

const strength = (common, set, usual) =>
  range("Strength", common("opacity") ?? usual, 5, 100, set("opacity"));

function toggle(label, value, commit) {
  return h(
    "label",
    { class: "switch", key: label },
    h("input", {
      type: "checkbox",
      role: "switch",
      name: label.toLowerCase(),
      ".checked": value === true,
      ".indeterminate": value === undefined,
      onchange: (event) => commit(event.target.checked),
    }),
    h("span", {}, label),
  );
}

function lineFields({ common, set, sport, act }, all) {
  return [
    select("Style", common("stroke") ?? "solid", strokeChoices(sport), set("stroke")),
    all("arrow") ? select("Head", common("head") ?? "end", HEADS, set("head")) : null,
    all("link")
      ? select("Head", common("head") ?? null, [[null, "none"], ...HEADS], set("head"))
      : toggle("Curved", common("curve") ?? false, (on) => act.setProps({ curve: on })),
  ];
}

function linkFields({ common, set, records, act }) {
  const ink = records[0][1].props.ink ?? "#ffffff";
  const filled = common("fill");
  return [
    toggle("Show lengths", common("measure") ?? false, (on) => act.setProps({ measure: on || null })),
    records.every(([, { props }]) => props.ends.length > 2)
      ? toggle("Closed and filled", filled === undefined ? undefined : filled !== null, (on) =>
          set("fill")(on ? ink : null),
        )
      : null,
  ];
}

function zoneFields({ common, set, act }, one) {
  const polygon = one?.shape === "polygon";
  return [
    polygon || common("shape") === "polygon"
      ? null
      : select("Form", common("shape") ?? "rect", FORMS, set("shape")),
    swatches("Colour", common("fill"), (colour) => act.setProps({ fill: colour, ink: colour })),
    select(
      "Edge",
      common("stroke") ?? "solid",
      [
        ["solid", "solid"],
        ["dashed", "dashed"],
        ["dotted", "dotted"],
      ],
      set("stroke"),
    ),
    strength(common, set, 22),
  ];
}

function equipmentFields({ common, set }) {
  return [
    select(
      "Kind",
      common("item"),
      Object.entries(ITEMS).map(([item, { name }]) => [item, name]),
      set("item"),
    ),
    swatches("Colour", common("fill") ?? ITEMS[common("item")]?.fill, set("fill")),
  ];
}

function tokenFields({ records, one, common, set, act }) {
  const shirt = one ? kitOf(one).fill : common("fill");
  const keepers = new Set(records.map(([, { props }]) => isKeeper(props)));
  return [
    one ? nameFields(one, set) : null,
    select(
      "Team",
      common("side") ?? "",
      Object.entries(KITS).map(([side, kit]) => [side, kit.name]),
      set("side"),
    ),
    h(
      "div",
      { class: "pair even", key: "duties" },
      toggle("Captain", common("captain") ?? false, (on) => act.setProps({ captain: on || null })),
      toggle("Goalkeeper", keepers.size === 1 ? [...keepers][0] : undefined, set("keeper")),
    ),
    swatches("Shirt", shirt, set("fill")),
    swatches("Trim", common("trim"), (colour) => set("trim")(common("trim") === colour ? null : colour)),
    one ? photoFields(one, act) : null,
    facingFields(common, act),
  ];
}

function nameFields(one, set) {
  const numbered = (value) =>
    value === "" ? null : Math.max(0, Math.min(99, Math.trunc(Number(value))));
  return [
    h(
      "div",
      { class: "pair", key: "pair" },
      input("Number", one.number ?? "", (value) => set("number")(numbered(value)), {
        type: "number",
        min: 0,
        max: 99,
        inputmode: "numeric",
      }),
      input("Name", one.name ?? "", (value) => set("name")(value.trim() || null), {
        maxlength: 64,
      }),
    ),
    input("Role", one.role ?? "", (value) => set("role")(value.trim() || null), {
      maxlength: 16,
      placeholder: "GK, CB, QB",
    }),
  ];
}

function photoFields({ photo }, act) {
  return h(
    "div",
    { class: "field", key: "photo" },
    h("span", {}, "Photo"),
    h(
      "div",
      { class: "row wrap" },
      photo ? h("img", { class: "face", src: photo, alt: "", width: 36, height: 36 }) : null,
      h(
        "button",
        { class: "button", type: "button", onclick: act.pickPhoto },
        photo ? "Another photo" : "Pick a photo",
      ),
      photo
        ? h(
            "button",
            {
              class: "button plain square",
              type: "button",
              "aria-label": "Take the photo away",
              onclick: () => act.setProps({ photo: null }),
            },
            icon("trash"),
          )
        : null,
    ),
  );
}

/** Degrees by keys and buttons; on the pitch the handle beside the player does it. */
function facingFields(common, act) {
  const facing = common("facing");
  return [
    range("Facing", facing ?? 0, 0, 355, (value) => act.setProps({ facing: value }), "°"),
    facing === null
      ? null
      : h(
          "button",
          {
            class: "button tiny",
            key: "no-facing",
            type: "button",
            onclick: () => act.setProps({ facing: null }),
          },
          "No direction",
        ),
  ];
}
