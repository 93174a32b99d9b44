/** The plays, newest first, drive by drive: what each was, what a correction changed, what is taken out or reviewed. Pure. */
import { h, memo } from "../parts/view.js";
import { filterBar } from "./filter_view.js";
import { olderView, withoutGap } from "./older.js";
import { changesOf, clockWords, drivesOf, driveWords, isWanted, phaseOf, quarterWords, situationWords } from "./reading.js";
import { badgeOf, lineWords, pointsOf } from "./stats.js";
import { clockTime } from "./words.js";

export function playsView(model, act) {
  const { state, ui } = model;
  const here = withoutGap(state);
  const wanted = here.filter((row) => isWanted(row, ui.wanted, state));
  const drives = drivesOf(here);
  const cut = state.earlier ? drives[0] : null;
  const shown = wanted.slice(-ui.shown);
  const among = new Set(shown);
  const [left, passed] = [wanted.length - shown.length, here.length - wanted.length];
  return h(
    "section",
    { class: "plays", key: "plays", "aria-label": "Plays" },
    state.plays.length || state.partial ? filterBar(model, act) : null,
    state.partial
      ? h(
          "p",
          { class: "small quiet passed", key: "partial", "data-testid": "partial" },
          state.plays.length === 0 ? "No play is like that yet. " : null,
          "Only these plays are sent. ",
          h("button", { class: "button tiny", type: "button", onclick: act.wantAll }, "Show all"),
        )
      : null,
    state.plays.length === 0 && !state.partial ? nothingYet(model) : null,
    passed && !state.partial && !state.earlier
      ? h(
          "p",
          { class: "small quiet passed", key: "passed", "data-testid": "passed" },
          wanted.length === 0 ? "No play is like that yet. " : null,
          `${passed} of ${state.plays.length} plays are not shown. `,
          h("button", { class: "button tiny", type: "button", onclick: act.wantAll }, "Show all"),
        )
      : null,
    drives
      .toReversed()
      .map((drive, i) => {
        const rows = drive.rows.filter((row) => among.has(row));
        return driveView(drive, rows, state.header, i === 0 && phaseOf(state) === "live", state.partial || drive === cut, act);
      }),
    olderView({ state, ui, left, noun: "plays" }, act),
  );
}

function nothingYet({ state, publisher }) {
  const waits = state.header?.phase === "pregame";
  return h(
    "div",
    { class: "empty", key: "empty", "data-testid": "empty" },
    h("h2", {}, waits ? "Not begun" : "No plays yet"),
    h("p", { class: "quiet" }, waits ? "Plays stand here from the kick-off on." : "Plays stand here as they are reported, the newest first."),
    publisher && !waits
      ? h("p", { class: "quiet small" }, "Plays come from a program with a key, or from the command line: ", h("code", {}, "touchline feed replay FILE"))
      : null,
  );
}

/** `shown`: of its plays those that are wanted, and not too old. `now`: its words stand under the field already. */
function driveView({ key, rows }, shown, header, now, partial, act) {
  if (shown.length === 0) return null;
  const words = partial ? "" : driveWords(rows);
  return h(
    "section",
    { class: "drive", key: `drive${key}`, "aria-label": words || "Plays between drives" },
    words ? h("h3", { class: now ? "unseen" : "small" }, words) : null,
    h(
      "ol",
      { reversed: true },
      shown.toReversed().map((row) => memo("li", row.play.id, [row, header?.home, header?.away], () => playView(row, header, act))),
    ),
  );
}

function playView(row, header, act) {
  const { play, review, was, corrected_at: at } = row;
  const badge = badgeOf(play);
  const points = Object.entries(pointsOf(play));
  const state = play.deleted ? "deleted" : review ? "review" : was ? "corrected" : null;
  return h(
    "li",
    { class: "play", "data-play": play.id, "data-state": state, "data-tone": badge?.tone ?? null },
    h(
      "p",
      { class: "about small" },
      h("span", { class: "quiet" }, `${quarterWords(play.quarter)} ${clockWords(play.clock)}`.trim()),
      h("span", { class: "quiet" }, situationWords(play, header)),
      state === "deleted" ? h("b", { class: "mark bad" }, "Taken out") : null,
      review ? h("b", { class: "mark warn" }, "Under review") : null,
      was ? h("b", { class: "mark warn" }, `Corrected ${clockTime(at)}`) : null,
      badge ? h("b", { class: "mark", "data-tone": badge.tone }, badge.words) : null,
      points.map(([team, made]) => h("b", { class: "mark good", key: team }, `${team} +${made}`)),
    ),
    play.deleted ? h("del", { class: "text" }, play.text || `Play ${play.id}`) : h("p", { class: "text" }, play.text || `Play ${play.id}`),
    was ? changesView(row, header) : null,
    play.stats?.length
      ? h(
          "details",
          {},
          h("summary", { class: "small quiet" }, play.stats.length === 1 ? "1 statistic" : `${play.stats.length} statistics`),
          h("ul", { class: "small lines" }, play.stats.map((line, i) => h("li", { key: i }, lineWords(line)))),
          h("button", { class: "button tiny", type: "button", onclick: () => act.watchFrom(play.id) }, "Watch from here"),
        )
      : null,
  );
}

function changesView(row, header) {
  const changes = changesOf(row, header);
  return h(
    "ul",
    { class: "changes small", key: "changes", "aria-label": "What was corrected" },
    changes.map(({ name, was, now }, i) =>
      h(
        "li",
        { key: i },
        `${name}: `,
        was === null ? null : h("del", {}, h("span", { class: "unseen" }, "was "), was),
        was !== null && now !== null ? h("span", { "aria-hidden": "true" }, " → ") : null,
        now === null ? null : h("ins", {}, h("span", { class: "unseen" }, "now "), now),
      ),
    ),
    changes.length ? null : h("li", {}, "Its place or other details"),
  );
}
