/** From sums to charts, each with its table. Pure. */
import { h } from "../parts/view.js";
import { choice } from "./fields.js";
import { barsView, dotsView, spreadView } from "./plots.js";
import { AXES } from "./question.js";
import { binsOf, middleOf } from "./scales.js";
import { tableView } from "./table_view.js";
import { countWords, GROUP_NAMES, keyWords, measureOf, MEASURE_NAMES, measureWords, spotWords } from "./words.js";

/** Bars of more groups than these say nothing any more; the table has them all. */
const BARS_MAX = 40;
const BINS_MAX = 70;

/** Groups in the order that was asked for. @param {any[]} sums */
export function inOrder(sums, { by, order }) {
  if (order !== "keys") return sums;
  const compare = (one, other) => {
    for (const name of by) {
      const [a, b] = [one.by[name], other.by[name]];
      if (a !== b) return typeof a === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });
    }
    return 0;
  };
  return sums.toSorted(compare);
}

const nameOf = (by, sum) => by.map((one) => keyWords(one, sum)).join(" · ");
const groupedBy = (by) => by.map((one) => GROUP_NAMES[one].toLowerCase()).join(" and ");
const groupWords = (by, sum, measures) =>
  [nameOf(by, sum), countWords(sum.plays, "play"), ...measures.filter((one) => one !== "plays").map((one) => `${MEASURE_NAMES[one].toLowerCase()} ${measureWords(one, measureOf(sum, one))}`)].join(", ");

export function groupsView({ ui, narrow }, act) {
  const { question, sums } = ui;
  if (sums === null) return null;
  if (sums.length === 0) return tooFew(question);
  const { by } = question;
  const measure = question.order === "keys" ? "plays" : question.order;
  const shown = inOrder(sums, question).slice(0, BARS_MAX);
  const bars = shown.map((sum) => ({
    ...{ name: nameOf(by, sum), value: measureOf(sum, measure), said: measureWords(measure, measureOf(sum, measure)) },
    words: groupWords(by, sum, [measure]),
  }));
  return h(
    "section",
    { class: "groups", key: "groups", "aria-label": `By ${groupedBy(by)}` },
    barsView({ label: `${MEASURE_NAMES[measure]} by ${groupedBy(by)}`, mark: ui.mark, narrow, bars }, act),
    tableView({ sums: inOrder(sums, question), by, sorted: question.order, ascending: question.ascending }, act),
    sums.length >= question.limit && question.order !== "keys"
      ? h("p", { class: "quiet small", key: "limit" }, `The first ${question.limit}; “Groups at most” in the form shows more.`)
      : null,
  );
}

export function scatterView({ ui, narrow }, act) {
  const { question, sums } = ui;
  if (sums === null) return null;
  const { by, across, up } = question;
  const known = sums.filter((sum) => measureOf(sum, across) !== null && measureOf(sum, up) !== null);
  const said = (measure) => (value) => measureWords(measure, Number(value.toPrecision(6)));
  const dots = known.map((sum) => ({
    ...{ name: nameOf(by, sum), x: measureOf(sum, across), y: measureOf(sum, up), plays: sum.plays },
    words: groupWords(by, sum, [across, up]),
  }));
  const axis = (name, label) =>
    choice(label, question[name], AXES.map((one) => [one, MEASURE_NAMES[one]]), (value) => act.set({ [name]: value }), { testid: name });
  const mean = (measure) => (["yards", "success", "epa"].includes(measure) ? measureOf(ui.total, measure) : null);
  return h(
    "section",
    { class: "groups", key: "scatter", "aria-label": `By ${groupedBy(by)}` },
    h("div", { class: "pair axes" }, axis("across", "Across"), axis("up", "Up")),
    dots.length
      ? dotsView(
          {
            ...{ label: `${MEASURE_NAMES[up]} and ${MEASURE_NAMES[across].toLowerCase()} by ${groupedBy(by)}`, mark: ui.mark, narrow, dots },
            ...{ across: { name: MEASURE_NAMES[across], said: said(across) }, up: { name: MEASURE_NAMES[up], said: said(up) } },
            mean: { x: mean(across), y: mean(up) },
          },
          act,
        )
      : sums.length
        ? h("p", { class: "empty", key: "unknown", "data-testid": "unknown" }, "No source says both measures of any of these groups. Choose another one.")
        : tooFew(question),
    sums.length > dots.length && dots.length ? h("p", { class: "quiet small", key: "left-out" }, `${countWords(sums.length - dots.length, "group")} without one of the measures.`) : null,
    sums.length ? tableView({ sums: inOrder(sums, question), by, sorted: question.order, ascending: question.ascending }, act) : null,
  );
}

export function yardsView({ ui, narrow }, act) {
  const { question, spread } = ui;
  if (spread === null) return null;
  const { measure } = question;
  const field = measure === "field";
  const counts = spread.map((sum) => ({ value: sum.by[measure], plays: sum.plays }));
  const { plays, mean, median } = middleOf(counts);
  const of = choice("Of", ui.measure, [["yards", "Yards gained"], ["field", "Place on the field"]], (value) => act.set({ measure: value }), { testid: "measure" });
  if (plays === 0)
    return h("section", { class: "groups", key: "spread" }, of, h("p", { class: "empty" }, field ? "No source says where these plays began." : "None of these plays is a run, a pass or a sack: they gain no yards."));
  const share = (count) => `${((100 * count) / plays).toFixed(1)} %`;
  const placeWords = ({ from, to }) => (field ? `${spotWords(to)}${from === to ? "" : ` to ${spotWords(from)}`}` : from === to ? `${from}` : `${from} to ${to}`);
  const bins = binsOf(counts, narrow ? 40 : BINS_MAX).map((bin) => ({
    ...bin,
    words: `${field ? placeWords(bin) : `${placeWords(bin)} ${bin.from === bin.to && Math.abs(bin.from) === 1 ? "yard" : "yards"}`}: ${countWords(bin.plays, "play")}, ${share(bin.plays)}`,
  }));
  const label = field ? "Plays by where they began" : "Plays by yards gained";
  return h(
    "section",
    { class: "groups", key: "spread", "aria-label": label },
    of,
    spreadView(
      {
        ...{ label, mark: ui.mark, narrow, bins, backwards: field, tick: field ? spotTick : String },
        lines: field ? [] : [{ at: mean + 0.5, words: `mean ${mean.toFixed(1)}` }],
      },
      act,
    ),
    h("p", { class: "quiet", key: "middle", "data-testid": "middle" }, field
      ? `${countWords(plays, "play")}, the middle one from ${spotWords(median)}.`
      : `${countWords(plays, "play")}, ${mean.toFixed(1)} yards in the mean, ${median} in the middle, from ${counts.reduce((low, one) => Math.min(low, one.value), 999)} to ${counts.reduce((high, one) => Math.max(high, one.value), -999)}.`),
    h(
      "details",
      { class: "more", key: "table" },
      h("summary", {}, "As a table"),
      h(
        "table",
        { class: "sums narrow", "data-testid": "spread-table" },
        h("caption", { class: "unseen" }, label),
        h("thead", {}, h("tr", {}, [field ? "Where" : "Yards", "Plays", "Share"].map((words) => h("th", { scope: "col", key: words }, words)))),
        h("tbody", {}, (field ? bins.toReversed() : bins).filter((bin) => bin.plays).map((bin) => h("tr", { key: bin.from }, h("th", { scope: "row" }, placeWords(bin)), h("td", {}, bin.plays), h("td", {}, share(bin.plays))))),
      ),
    ),
  );
}

const spotTick = (value) => (value === 50 ? "50" : String(value > 50 ? 100 - value : value));

function tooFew({ minimum }) {
  return h("p", { class: "empty", key: "few", "data-testid": "too-few" }, `No group has ${countWords(minimum, "play")}. Ask for fewer in the form.`);
}
