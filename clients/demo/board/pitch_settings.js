/**
 * What the board is drawn on, as fields of the settings drawer: sport, size, part, orientation,
 * stripes, zones, units for owners; the read-out of coordinates for oneself. Pure.
 */
import { h } from "../parts/view.js";
import { select } from "./fields.js";
import { dimensionsOf, SPORTS } from "./pitch.js";

const PARTS = [
  ["full", "whole pitch"],
  ["half", "half"],
  ["third", "final third"],
];
const ZONES = [
  ["none", "none"],
  ["thirds", "thirds"],
  ["lanes", "five lanes"],
  ["zones18", "18 zones"],
];
const UNITS = [
  ["auto", "those of the sport"],
  ["m", "metres"],
  ["yd", "yards"],
  ["ft", "feet"],
];
const WORDS = { m: "metres", yd: "yards", ft: "feet" };
const UNIT_MM = { m: 1000, yd: 914.4, ft: 304.8 };

/** @param {{settings: any, owner: boolean, readout: boolean, leftHanded: boolean}} model */
export function pitchSettings({ settings, owner, readout, leftHanded }, act) {
  const set = (name) => (value) => act.configure({ [name]: value });
  return h(
    "section",
    { key: "pitch", class: "stack", "aria-label": "Pitch" },
    h(
      "fieldset",
      { class: "stack plain-set", disabled: !owner },
      select("Pitch", settings.sport, SPORTS, set("sport")),
      size(settings, act),
      select("Shows", settings.part ?? "full", PARTS, set("part")),
      select("Zones", settings.zones ?? "none", ZONES, set("zones")),
      select("Units", settings.units ?? "auto", UNITS, set("units")),
      flag("Upright", "Also on wide screens", settings.portrait ?? false, set("portrait")),
      flag("Mown stripes", null, settings.stripes ?? true, set("stripes")),
    ),
    flag("Coordinates", "Under your pointer, for you alone", readout, act.readOut),
    flag("Tools at the right", "For the left hand, on this device", leftHanded, act.leftHand),
  );
}

function flag(title, about, on, commit) {
  return h(
    "label",
    { class: "switch", key: title },
    h("input", {
      type: "checkbox",
      role: "switch",
      ".checked": on,
      onchange: (event) => commit(event.target.checked),
    }),
    h(
      "span",
      {},
      h("b", {}, title),
      about ? [h("br", {}), h("span", { class: "quiet small" }, about)] : null,
    ),
  );
}

/** Fields where the sport leaves a choice, in words where it does not. */
function size(settings, act) {
  const d = dimensionsOf(settings);
  const unit = settings.units && settings.units !== "auto" ? settings.units : d.unit;
  const shown = (mm) => String(Math.round((mm / UNIT_MM[unit]) * 100) / 100);
  const fields = [
    ["Length", "length_mm", d.length, d.length_min, d.length_max],
    ["Width", "width_mm", d.width, d.width_min, d.width_max],
  ];
  if (fields.every(([, , , least, most]) => least === most))
    return h(
      "p",
      { class: "quiet small", key: "size" },
      `${d.name}: ${shown(d.length)} by ${shown(d.width)} ${WORDS[unit]}.`,
    );
  return h(
    "div",
    { class: "pair even", key: "size" },
    fields.map(([label, name, value, least, most]) =>
      h(
        "label",
        { class: "field", key: name },
        h("span", {}, `${label}, ${unit}`),
        h("input", {
          class: "input",
          type: "number",
          min: shown(least),
          max: shown(most),
          step: "any",
          name,
          disabled: least === most,
          "data-typing": true,
          ".value": shown(value),
          onchange: (event) => commitSize(event.target, name, unit, act),
        }),
      ),
    ),
  );
}

function commitSize(field, name, unit, act) {
  if (field.checkValidity() && field.value !== "")
    act.configure({ [name]: Math.round(Number(field.value) * UNIT_MM[unit]) });
  else field.reportValidity();
}
