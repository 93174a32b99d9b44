/** One event: its leaderboard with results to write and correct, its start list, its entries. Pure. */
import { may } from "/js/kinds/meet.js";
import { ranking } from "/js/kinds/meet_ranking.js";
import { h } from "../parts/view.js";
import { entriesView } from "./entries_view.js";
import { athleteOf, changeoverWords, entriesOf, eventOf, heldOf, phaseWords, raceOf, resultWords, startListOf, valueWords, windWords } from "./reading.js";
import { lapButton, lapWords, partsView, progressView, splitsView } from "./progress_view.js";
import { resultForm } from "./result_form.js";
import { startView } from "./start_view.js";
import { clockTime } from "./words.js";

const TABS = [["results", "Results"], ["start", "Start list"], ["entries", "Entries"]];
const PHASES = [["registration", "Registration open"], ["closed", "Entries closed"], ["started", "Under way"], ["official", "Official"]];

export function eventView(model, event, act) {
  const { ui, office } = model;
  const records = (event.records ?? []).map(({ name, value }) => `${name} ${valueWords(value, event)}`).join(" · ");
  return h(
    "section",
    { class: "plays event-page", key: `event${event.id}`, "aria-labelledby": "event-title" },
    h(
      "header",
      { class: "event-head" },
      h("button", { class: "button tiny", type: "button", "data-testid": "back", onclick: () => act.open(null) }, "Schedule"),
      h("h2", { id: "event-title", class: "grow" }, event.name, event.round ? ` · ${event.round}` : ""),
      may(office, "event.set")
        ? h(
            "label",
            { class: "choice" },
            h("span", { class: "unseen" }, "Where the event is"),
            h("select", { class: "input", "data-testid": "phase", ".value": event.phase ?? "registration", onchange: (change) => act.phase(event.id, change.target.value) }, PHASES.map(([one, words]) => h("option", { value: one, key: one }, words))),
          )
        : h("b", { class: "small", "data-testid": "phase" }, phaseWords(event)),
    ),
    h("p", { class: "small quiet", key: "about" }, [event.starts, records].filter(Boolean).join(" · ")),
    h(
      "div",
      { class: "chips", key: "tabs", role: "group", "aria-label": "What of the event", "data-scrolls": true },
      TABS.map(([tab, words]) => h("button", { class: "button tiny", type: "button", key: tab, "aria-pressed": String(ui.tab === tab), onclick: () => act.tab(tab) }, words)),
    ),
    ui.tab === "start" ? startView(model, event, act) : ui.tab === "entries" ? entriesView(model, event, act) : resultsView(model, event, act),
  );
}

function resultsView(model, event, act) {
  const { state, office, ui, sending } = model;
  const ranked = ranking(state, event);
  const there = new Set(ranked.map(({ athlete }) => athlete));
  const yet = entriesOf(state, event.id).map(({ athlete }) => athlete).filter((athlete) => !there.has(athlete));
  const writes = may(office, "result.set") && office !== "starter";
  const race = startListOf(state, event.id)?.heats.length === 1 ? raceOf(state, event.id, 1) : null;
  const rows = [...ranked, ...(writes ? yet.map((athlete) => ({ athlete, place: null, value: null, status: "", wind: null, records: [], aided: false, laps: 0, lapped: 0, points: [] })) : [])];
  const inParts = new Map((event.parts ?? []).map((part) => [part.event, ranking(state, eventOf(state, part.event))]));
  return h(
    "div",
    { class: "results", key: "results" },
    progressView(model, event, ranked),
    race && race.wind !== undefined && race.wind !== null ? h("p", { class: "small", "data-testid": "wind" }, `Wind ${windWords(race.wind)} m/s`) : null,
    ui.refusal?.anchor === "result" ? h("p", { class: "notice bad-edge refused", role: "alert", key: "refused" }, ui.refusal.text) : null,
    rows.length
      ? h(
          "ol",
          { class: "leaderboard" },
          rows.map((row) => rowView({ row, event, state, writes, ui, sending, office, inParts }, act)),
        )
      : h("div", { class: "empty", "data-testid": "empty" }, h("h3", {}, "No results yet"), h("p", { class: "quiet" }, `${yet.length} ${yet.length === 1 ? "athlete is" : "athletes are"} entered.`)),
  );
}

function rowView({ row, event, state, writes, ui, sending, office, inParts }, act) {
  const { athlete, place, value, status, wind, records, aided } = row;
  const who = athleteOf(state, athlete);
  const held = heldOf(state, event.id, athlete);
  const under = sending.some((command) => command.type === "result.set" && command.result.event === event.id && command.result.athlete === athlete);
  const detail = held && event.sort !== "track" && event.sort !== "combined" ? resultWords({ ...held.result, status: "" }, event) : "";
  return h(
    "li",
    { key: athlete, class: "result-row", "data-athlete": athlete, "data-state": held?.was ? "corrected" : null },
    h("span", { class: "place", key: "place" }, place ?? ""),
    h("span", { class: "who", key: "who" }, h("b", { class: "cut" }, who.name), h("span", { class: "small quiet" }, [who.bib, who.club === who.name ? "" : who.club].filter(Boolean).join(" · "))),
    h("span", { class: "value", key: "value" }, h("b", {}, value === null ? status || "" : valueWords(value, event)), value !== null && status ? ` ${status}` : "", event.sort === "combined" && value !== null ? h("span", { class: "small quiet" }, " points") : null, held?.result.rule || held?.result.changeover ? h("span", { class: "small quiet" }, ` ${[held.result.rule, changeoverWords(held.result)].filter(Boolean).join(" ")}`) : null),
    h(
      "span",
      { class: "small about", key: "about" },
      event.wind && event.sort === "distance" && wind !== null ? h("span", { class: "quiet" }, windWords(wind)) : null,
      lapWords(row, event),
      aided ? h("b", { class: "mark warn", title: "Wind-aided: no record" }, "w") : null,
      records.map((name) => h("b", { class: "mark good", key: name }, name)),
      under ? h("span", { class: "quiet", "data-testid": "sending" }, "On its way") : null,
      held?.was
        ? h("span", { class: "changes" }, h("b", { class: "mark warn" }, `Corrected ${clockTime(held.corrected_at)}: `), h("del", {}, h("span", { class: "unseen" }, "was "), resultWords(held.was, event)), h("span", { "aria-hidden": "true" }, " → "), h("ins", {}, h("span", { class: "unseen" }, "now "), resultWords(held.result, event)))
        : null,
    ),
    detail ? h("span", { class: "small quiet detail", key: "detail" }, detail) : null,
    event.sort === "combined" && row.points.length ? partsView(state, event, row, inParts) : null,
    splitsView(state, event, athlete),
    lapButton({ row, event, state, office, sending }, act),
    writes
      ? h("button", { class: "button tiny", type: "button", key: "change", "aria-expanded": String(ui.editing === athlete), "aria-label": `${held ? "Change" : "Write"} the result of ${who.name}`, onclick: () => act.edit(ui.editing === athlete ? null : athlete) }, held ? "Change" : "Write")
      : null,
    ui.editing === athlete && writes ? resultForm({ event, athlete: who, result: held?.result ?? {} }, act) : null,
  );
}
