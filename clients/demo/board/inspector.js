/**
 * What is selected, and what can be said of it: number, name, colours, role, facing, style, lock,
 * delete. Pure.
 */
import { isPending } from "/js/kinds/board.js";
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { arrangeFields } from "./marks/arrange_fields.js";
import { propertyFields } from "./marks/property_fields.js";
import { placeInWords } from "./projection.js";
import { phaseFields } from "./phases/in_phase.js";
import { mayLock, mayTouch } from "./rights.js";
import { thingName } from "./words.js";

/**
 * @param {{records: [string, any][], who: any, names: Record<string, string>, settings: any, objects:
 *   any, phase: string | null}} model
 */
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
        ? h("fieldset", { class: "stack", disabled: !may }, [
            propertyFields(model, act),
            phaseFields(model, act),
            arrangeFields(model, act),
          ])
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

/** Where it is, and whose work it is. */
function written({ records, names }) {
  if (records.length !== 1) return null;
  const [, { props, v, by }] = records[0];
  const newest = Object.keys(v).reduce((a, b) => (v[b] > v[a] ? b : a));
  return h(
    "p",
    { class: "quiet small", key: "written" },
    props.at ? [placeInWords(props.at), h("br", {})] : null,
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
