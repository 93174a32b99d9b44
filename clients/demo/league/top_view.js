/** The bar of a week and what must never be overlooked: no connection, reviews, corrected results. Pure. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { phaseOf, reviewsOf, weeksToShow } from "./reading.js";
import { clockTime, correctedWords, dayTime, feedWords, lateWords, phaseWords } from "./words.js";

export function weekBar({ state, week, ui, delay }, act) {
  const phase = phaseOf(state, week, ui.scores);
  const weeks = weeksToShow(state);
  const step = (to, picture, label) =>
    h(
      "button",
      {
        ...{ class: "button plain square", type: "button", key: label, "aria-label": label },
        ...{ disabled: !weeks.includes(to), onclick: () => act.week(to) },
      },
      icon(picture),
    );
  return h(
    "section",
    { class: "week-bar", key: "bar", "aria-label": "Week", "data-phase": phase, "data-testid": "week-bar" },
    step(week - 1, "back", "The week before"),
    h(
      "select",
      { class: "input", "aria-label": "Week", ".value": String(week), onchange: (event) => act.week(Number(event.target.value)) },
      weeks.map((one) => h("option", { value: String(one), key: one }, `Week ${one}`)),
    ),
    step(week + 1, "next", "The week after"),
    h("p", { class: "phase", key: "phase", "data-testid": "phase" }, phaseWords(state, week, phase)),
    delay
      ? h(
          "button",
          { class: "button tiny behind", type: "button", key: "behind", "data-testid": "behind", onclick: () => act.side("delay") },
          `${delay} s behind`,
        )
      : null,
  );
}

/** What is said until it is over. */
export function notices({ state, week, ui }) {
  const reviews = reviewsOf(ui.scores);
  const { late } = state;
  const corrected = (state.weeks[week]?.corrected ?? []).filter((one) => ui.matchup === null || one.matchup === ui.matchup);
  return [
    ui.awaySince === null
      ? null
      : h(
          "p",
          { class: "notice", key: "away", "data-testid": "as-of" },
          `No connection: these are the scores as of ${clockTime(ui.awaySince)}. They go on by themselves when the connection is back.`,
        ),
    late
      ? h(
          "p",
          { class: "notice", key: "late", "data-testid": "late-game" },
          `${lateWords(state, late)} `,
          h(
            "span",
            { class: "row wrap" },
            late.feeds.map((feed) =>
              h("a", { class: "button tiny", key: feed, href: `/feed.html#room=${feed}` }, `Open ${feedWords(state, feed)}`),
            ),
          ),
        )
      : null,
    reviews
      ? h(
          "p",
          { class: "notice", key: "review", "data-testid": "review" },
          reviews === 1
            ? "A play is under review; its points do not count meanwhile."
            : `${reviews} plays are under review; their points do not count meanwhile.`,
        )
      : null,
    corrected.length
      ? h(
          "div",
          { class: "notice bad-edge", key: "corrected", "data-testid": "corrected" },
          h("b", {}, corrected.length === 1 ? "A result was corrected" : "Results were corrected"),
          h(
            "ul",
            { class: "stack tight" },
            corrected.toReversed().map((one, n) =>
              h(
                "li",
                { key: corrected.length - n, "data-flipped": one.flipped ? "yes" : null },
                `${correctedWords(state, week, one)} `,
                h("span", { class: "quiet small" }, dayTime(one.at)),
              ),
            ),
          ),
        )
      : null,
  ];
}
