/** The events of a match, newest first: what happened, what was corrected; each can be drawn on the pitch and put on a board. Pure. */
import { h, memo } from "../../parts/view.js";
import { olderView, withoutGap } from "../older.js";
import { clockTime } from "../words.js";
import { eventChanges, eventWords, isEventWanted, minuteOf, phaseOfMatch, whatOf } from "./match_reading.js";

const WHATS = [
  ["main", "Main events"],
  ["goals", "Goals"],
  ["shots", "Shots"],
  ["cards", "Cards"],
  ["passes", "Passes"],
  ["changed", "Corrected"],
  ["everything", "Everything"],
];
const PERIODS = { 1: "First half", 2: "Second half", 3: "Extra time, first half", 4: "Extra time, second half", 5: "Kicks from the mark" };

export function eventsView(model, act) {
  const { state, ui } = model;
  const what = ui.wanted.what === "all" ? "main" : ui.wanted.what;
  const asked = { ...ui.wanted, what: what === "everything" ? "all" : what };
  const wanted = withoutGap(state).filter((row) => isEventWanted(row, asked));
  const shown = wanted.slice(-ui.shown);
  const left = wanted.length - shown.length;
  const periods = [...new Set(shown.map(({ play }) => play.period))].toReversed();
  return h(
    "section",
    { class: "plays match-events", key: "plays", "aria-label": "Events" },
    state.plays.length ? filterBar(state, { ...ui.wanted, what }, act) : nothingYet(state),
    ui.boardProblem ? h("p", { class: "notice bad-edge refused", key: "board", role: "alert" }, ui.boardProblem) : null,
    wanted.length === 0 && state.plays.length && !state.earlier ? h("p", { class: "small quiet", key: "none" }, "No event is like that yet.") : null,
    periods.map((period) =>
      h(
        "section",
        { class: "drive", key: `period${period}`, "aria-label": PERIODS[period] ?? "Events" },
        h("h3", { class: "small" }, PERIODS[period] ?? ""),
        h(
          "ol",
          { reversed: true },
          shown
            .filter(({ play }) => play.period === period)
            .toReversed()
            .map((row) =>
              memo("li", row.play.id, [row, state.header, ui.moment === row.play.id, ui.makingBoard], () => eventView(row, state, ui, act)),
            ),
        ),
      ),
    ),
    olderView({ state, ui, left, noun: "events" }, act),
  );
}

function filterBar({ header, plays }, wanted, act) {
  const teams = header ? [["home", header.home], ["away", header.away]] : [];
  const acting = new Set(plays.map(({ play }) => play.player));
  const players = (header?.players ?? [])
    .filter(({ key, side }) => acting.has(key) && (!wanted.team || side === wanted.team))
    .map(({ key, name, number }) => [key, [number, name || key].filter((part) => part !== undefined).join(" ")])
    .sort((a, b) => a[1].localeCompare(b[1], undefined, { numeric: true }));
  return h(
    "div",
    { class: "filters", key: "filters", role: "group", "aria-label": "Which events" },
    h(
      "div",
      { class: "chips", "data-scrolls": true },
      WHATS.map(([value, words]) =>
        h(
          "button",
          { class: "button tiny", type: "button", key: value, "aria-pressed": String(wanted.what === value), onclick: () => act.want({ what: value }) },
          words,
        ),
      ),
    ),
    choice("Team", wanted.team, [["", "Both teams"], ...teams], (team) => act.want({ team, player: "" })),
    choice("Player", wanted.player, [["", "Every player"], ...players], (player) => act.want({ player })),
  );
}

function choice(label, value, options, onchange) {
  return h(
    "label",
    { class: "choice" },
    h("span", { class: "unseen" }, label),
    h(
      "select",
      { class: "input", ".value": value, onchange: (event) => onchange(event.target.value) },
      options.map(([one, words]) => h("option", { value: one, key: one }, words)),
    ),
  );
}

function nothingYet(state) {
  const waits = phaseOfMatch(state) === "pregame";
  return h(
    "div",
    { class: "empty", key: "empty", "data-testid": "empty" },
    h("h2", {}, waits ? "Not begun" : "Nothing yet"),
    h("p", { class: "quiet" }, "Goals, shots, cards and substitutions stand here as they are reported, the newest first."),
  );
}

function eventView(row, state, { moment, makingBoard }, act) {
  const { play, review, was, corrected_at: at } = row;
  const what = whatOf(play);
  const tone = play.goal_for ? "score" : play.card === "red" || play.card === "second_yellow" ? "lost" : null;
  const mark = play.deleted ? "deleted" : review ? "review" : was ? "corrected" : null;
  const team = play.side ? state.header?.[play.side] : "";
  const words = eventWords(state, play);
  return h(
    "li",
    { class: "play", "data-play": play.id, "data-state": mark, "data-tone": tone },
    h(
      "p",
      { class: "about small" },
      h("span", { class: "quiet" }, minuteOf(play)),
      team ? h("span", { class: "quiet" }, team) : null,
      mark === "deleted" ? h("b", { class: "mark bad" }, "Taken out") : null,
      review ? h("b", { class: "mark warn" }, "Under review") : null,
      was ? h("b", { class: "mark warn" }, `Corrected ${clockTime(at)}`) : null,
    ),
    h(
      "div",
      { class: "event-line" },
      play.deleted
        ? h("del", { class: "text" }, `${what} ${words}`)
        : h("p", { class: "text" }, h("b", { class: tone === "score" ? "mark good" : "" }, what), words ? ` ${words}` : null),
      play.at && !play.deleted
        ? h(
            "span",
            { class: "event-acts" },
            h(
              "button",
              { class: "button tiny", type: "button", "aria-pressed": String(moment === play.id), "aria-label": `On the pitch: ${what} ${words}`, onclick: () => act.lookAt(play.id) },
              "On the pitch",
            ),
            h(
              "button",
              { class: "button tiny", type: "button", "data-testid": "to-board", disabled: makingBoard !== null, "aria-label": `Put on a board: ${what} ${words}`, onclick: () => act.toBoard(play.id) },
              makingBoard === play.id ? "One moment" : "Put on a board",
            ),
          )
        : null,
    ),
    was
      ? h(
          "ul",
          { class: "changes small", "aria-label": "What was corrected" },
          eventChanges(state, row).map(({ name, was: old, now }, i) =>
            h(
              "li",
              { key: i },
              `${name}: `,
              h("del", {}, h("span", { class: "unseen" }, "was "), old),
              h("span", { "aria-hidden": "true" }, " → "),
              h("ins", {}, h("span", { class: "unseen" }, "now "), now),
            ),
          ),
        )
      : null,
  );
}
