/** The numbers of groups, in a table that is scrolled sideways where there is no room. Pure. */
import { h } from "../parts/view.js";
import { CONDITION_OF, GROUP_NAMES, keyWords, measureOf, measureWords } from "./words.js";

const COLUMNS = [
  ["plays", "Plays"],
  ["yards", "Yards"],
  ["success", "Success"],
  ["epa", "EPA"],
  ["touchdowns", "TD"],
  ["turnovers", "Turnovers"],
  ["first_downs", "1st downs"],
];

/** @param {{sums: any[], by: string[], sorted: string, ascending: boolean}} table */
export function tableView({ sums, by, sorted, ascending }, act) {
  const narrows = by.some((one) => CONDITION_OF[one]);
  return h(
    "div",
    { class: "wide-table", key: "table", "data-scrolls": true, tabindex: 0, role: "group", "aria-label": "The numbers" },
    h(
      "table",
      { class: "sums", "data-testid": "sums" },
      h("caption", { class: "unseen" }, `By ${by.map((one) => GROUP_NAMES[one]).join(" and ")}`),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col", key: "group" }, by.map((one) => GROUP_NAMES[one]).join(" · ")),
          COLUMNS.map(([measure, words]) => h("th", { scope: "col", key: measure, "aria-sort": sorted === measure ? (ascending ? "ascending" : "descending") : null, "data-on": sorted === measure ? "yes" : null }, words)),
        ),
      ),
      h(
        "tbody",
        {},
        sums.map((sum) => {
          const name = by.map((one) => keyWords(one, sum)).join(" · ");
          return h(
            "tr",
            { key: by.map((one) => sum.by[one]).join("\n") },
            h(
              "th",
              { scope: "row" },
              narrows && by.every((one) => !CONDITION_OF[one] || sum.by[one] !== "")
                ? h("button", { class: "link", type: "button", title: `Only ${name}`, onclick: () => act.narrow(sum) }, name)
                : name,
              by.includes("player") && sum.team ? h("span", { class: "quiet small" }, ` ${sum.team}`) : null,
            ),
            COLUMNS.map(([measure]) => h("td", { key: measure }, measureWords(measure, measureOf(sum, measure)))),
          );
        }),
      ),
    ),
  );
}
