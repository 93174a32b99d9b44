/** The schedule: every event with where it is and who leads; the registrar adds events. Pure. */
import { ranking } from "/js/kinds/meet_ranking.js";
import { may } from "/js/kinds/meet.js";
import { h } from "../parts/view.js";
import { COMBINED } from "./combined.js";
import { athleteOf, entriesOf, phaseWords, scheduleOf, valueWords } from "./reading.js";

export function scheduleView({ state, office, ui }, act) {
  const events = scheduleOf(state);
  return h(
    "section",
    { class: "plays", key: "schedule", "aria-labelledby": "schedule-title" },
    h("h2", { id: "schedule-title" }, "Schedule"),
    events.length
      ? h("ol", { class: "schedule" }, events.map((event) => row(state, event, act)))
      : h(
          "div",
          { class: "empty", "data-testid": "empty" },
          h("h3", {}, "No events yet"),
          h("p", { class: "quiet" }, "Events stand here with their start lists and results."),
          may(office, "event.set") ? h("p", { class: "quiet small" }, "Add one below, or bring a whole meet in: ", h("code", {}, "touchline feed import meet.json")) : null,
        ),
    may(office, "event.set") ? newEvent(ui, act) : null,
  );
}

function row(state, event, act) {
  const [first] = ranking(state, event);
  const running = event.laps && first && !first.place && first.laps ? `Lap ${first.laps + 1} of ${event.laps}` : "";
  const leader = running ? running : first?.place ? `${athleteOf(state, first.athlete).name} ${valueWords(first.value, event)}${event.sort === "combined" ? " points" : ""}` : "";
  const entered = entriesOf(state, event.id).length;
  return h(
    "li",
    { key: event.id },
    h(
      "button",
      { class: "schedule-row", type: "button", "data-event": event.id, onclick: () => act.open(event.id) },
      h("span", { class: "time" }, event.starts ?? ""),
      h("span", { class: "name" }, event.name, event.round ? ` · ${event.round}` : ""),
      h("span", { class: "small quiet" }, `${phaseWords(event)} · ${entered} ${entered === 1 ? "entry" : "entries"}`),
      leader ? h("span", { class: "small leader" }, leader) : null,
    ),
  );
}

const SORTS = [["track", "Race or relay"], ["distance", "Throw, long or triple jump"], ["height", "High jump, pole vault"], ...Object.entries(COMBINED).map(([kind, { name }]) => [kind, name])];

function newEvent(ui, act) {
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const name = String(form.get("name")).trim();
    if (!name) return;
    const sort = String(form.get("sort"));
    const id = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/gu, "-").slice(0, 24)}-${Date.now().toString(36).slice(-4)}`;
    if (COMBINED[sort]) {
      act.addCombined(sort, id, name, String(form.get("starts") ?? ""));
      return event.target.reset();
    }
    const heights = String(form.get("heights")).split(/[\s,;]+/u).map(Number).filter((one) => one > 0).map((one) => Math.round(one * 1_000));
    act.addEvent({
      ...{ id, name, sort },
      ...(form.get("starts") ? { starts: String(form.get("starts")) } : {}),
      ...(sort === "track" && Number(form.get("metres")) ? { metres: Number(form.get("metres")) } : {}),
      ...(sort === "track" && Number(form.get("laps")) ? { laps: Number(form.get("laps")) } : {}),
      ...(sort === "track" && Number(form.get("legs")) ? { legs: Number(form.get("legs")) } : {}),
      ...(form.get("wind") && sort !== "height" ? { wind: true } : {}),
      ...(sort === "height" && heights.length ? { heights: [...new Set(heights)].sort((a, b) => a - b) } : {}),
    });
    event.target.reset();
  };
  return h(
    "details",
    { class: "form-box", key: "new-event" },
    h("summary", {}, "Add an event"),
    ui.refusal?.anchor === "schedule" ? h("p", { class: "notice bad-edge", role: "alert" }, ui.refusal.text) : null,
    h(
      "form",
      { class: "meet-form", onsubmit: submit },
      field("Name", { name: "name", maxlength: 64, required: true }),
      h("label", { class: "field" }, h("span", {}, "Sort"), h("select", { class: "input", name: "sort" }, SORTS.map(([one, words]) => h("option", { value: one, key: one }, words)))),
      field("Starts at", { name: "starts", type: "time" }),
      field("Metres, of a race", { name: "metres", inputmode: "numeric" }),
      field("Laps, if counted", { name: "laps", inputmode: "numeric", pattern: "[0-9]{0,3}" }),
      field("Legs, of a relay", { name: "legs", inputmode: "numeric", pattern: "[0-9]{0,2}" }),
      field("Heights in m, like 1.70 1.75", { name: "heights" }),
      h("label", { class: "check" }, h("input", { type: "checkbox", name: "wind" }), " Wind is measured"),
      h("button", { class: "button primary", type: "submit" }, "Add"),
    ),
  );
}

export function field(label, attributes) {
  return h("label", { class: "field" }, h("span", {}, label), h("input", { class: "input", autocomplete: "off", ...attributes }));
}
