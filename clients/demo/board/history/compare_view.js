/** Two versions compared, as a list: what differs, how far, by whom; what is chosen comes back. Pure. */
import { icon } from "../../parts/icons.js";
import { colourOf } from "../../parts/people.js";
import { h } from "../../parts/view.js";
import { mayRestore } from "../rights.js";
import { differenceSummary } from "./differences.js";
import { newestFirst } from "./named_versions.js";

/**
 * @param {{compare: any, last: number, named: Record<string, any>, names: Record<string, string>,
 * who: any}} model
 */
export function compareView(model, act) {
  const { compare } = model;
  return h(
    "section",
    { key: "compare", class: "stack compare", "aria-label": "Compare versions" },
    h(
      "div",
      { class: "row" },
      h("h3", { class: "grow" }, "What changed"),
      h("button", { class: "button tiny", type: "button", onclick: act.leaveCompare }, "Done"),
    ),
    h("div", { class: "compared" }, choice("from", model, act), choice("to", model, act)),
    compare.problem
      ? h("p", { class: "notice bad-edge", role: "alert" }, compare.problem)
      : compare.rows
        ? found(model, act)
        : h("div", { class: "skeleton line", "aria-busy": "true" }),
  );
}

function choice(side, { compare, last, named }, act) {
  const versions = new Set([compare.from, compare.to, last]);
  for (const { version } of newestFirst(named)) versions.add(version);
  return h(
    "label",
    { class: "field", key: side },
    h("span", {}, side === "from" ? "From" : "To"),
    h(
      "select",
      {
        class: "input",
        name: `compare-${side}`,
        ".value": String(compare[side]),
        onchange: (event) => act.compare({ ...pair(compare), [side]: Number(event.target.value) }),
      },
      [...versions]
        .sort((a, b) => b - a)
        .map((version) =>
          h(
            "option",
            { key: version, value: version, selected: version === compare[side] },
            optionWords(version, named, last),
          ),
        ),
    ),
  );
}

const pair = ({ from, to }) => ({ from, to });

function optionWords(version, named, last) {
  const name = named[version]?.name;
  if (name) return `${name} (v${version})`;
  return version === last ? `Now (v${version})` : `Version ${version}`;
}

function found({ compare, names, who }, act) {
  const { rows, chosen, from } = compare;
  const may = mayRestore(who);
  return [
    h("p", { key: "sum", class: "quiet", "data-testid": "compare-summary" }, differenceSummary(rows)),
    h(
      "ul",
      { key: "rows", class: "difference-rows", "data-testid": "differences" },
      rows.map((row) => rowView(row, { may, names, chosen }, act)),
    ),
    may && rows.some((row) => row.id) ? restoring(rows, chosen, from, act) : null,
  ];
}

const SIGN = { moved: "arrow", changed: "settings", added: "plus", removed: "close", setting: "settings" };

function rowView(row, { may, names, chosen }, act) {
  const words = [
    h("span", { class: `sign ${row.tone}` }, icon(SIGN[row.tone])),
    h(
      "span",
      { class: "grow" },
      h("b", {}, row.title),
      ` ${row.detail}`,
      h("br", {}),
      h(
        "span",
        { class: "quiet small" },
        h("span", { class: "person-dot", vars: { person: colourOf(names, row.by) } }),
        `${row.who}, version ${row.version}`,
      ),
    ),
  ];
  if (!may || !row.id) return h("li", { key: row.key, class: "difference-row" }, words);
  return h(
    "li",
    { key: row.key },
    h(
      "label",
      { class: "difference-row switch" },
      h("input", {
        type: "checkbox",
        ".checked": chosen.has(row.id),
        onchange: (event) => act.chooseDifference(row.id, event.target.checked),
      }),
      words,
    ),
  );
}

function restoring(rows, chosen, from, act) {
  const ids = [...new Set(rows.map((row) => row.id).filter(Boolean))];
  const all = ids.every((id) => chosen.has(id));
  const many = chosen.size === 1 ? "1 thing" : `${chosen.size} things`;
  return h(
    "div",
    { key: "restoring", class: "row wrap" },
    h(
      "button",
      { class: "button tiny", type: "button", onclick: () => act.chooseDifferences(all ? [] : ids) },
      all ? "Choose none" : "Choose all",
    ),
    h(
      "button",
      {
        class: "button tiny primary",
        type: "button",
        disabled: chosen.size === 0,
        onclick: act.restoreChosen,
      },
      chosen.size === 0 ? "Bring chosen back" : `Bring ${many} back to version ${from}`,
    ),
  );
}
