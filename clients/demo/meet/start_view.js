/** The start list: drawn from the entries and published, heats started, wind measured, somebody taken out. Pure. */
import { may } from "/js/kinds/meet.js";
import { h } from "../parts/view.js";
import { athleteOf, entriesOf, heldOf, raceOf, startListOf, windWords } from "./reading.js";

export function startView({ state, office, ui }, event, act) {
  const list = startListOf(state, event.id);
  const entered = entriesOf(state, event.id).length;
  return h(
    "div",
    { class: "stack", key: "start" },
    ui.refusal?.anchor === "start" ? h("p", { class: "notice bad-edge refused", role: "alert", key: "refused" }, ui.refusal.text) : null,
    list ? null : h("p", { class: "quiet", key: "none" }, "There is no start list yet."),
    (list?.heats ?? []).map((heat) => heatView({ state, office, event, heat, alone: list.heats.length === 1 }, act)),
    may(office, "start_list.publish") && entered ? publishing(event, Boolean(list), act) : null,
  );
}

function publishing(event, again, act) {
  const submit = (submitted) => {
    submitted.preventDefault();
    act.publish(event.id, Math.max(1, Math.min(60, Number(new FormData(submitted.target).get("size")) || 8)));
  };
  return h(
    "form",
    { class: "meet-form", key: "publish", onsubmit: submit, "aria-label": "Publish the start list" },
    h("label", { class: "field" }, h("span", {}, event.sort === "track" ? "Athletes in a heat" : "Athletes in a group"), h("input", { class: "input", name: "size", value: event.sort === "track" ? 8 : 24, inputmode: "numeric" })),
    h("button", { class: "button primary", type: "submit" }, again ? "Draw and publish again" : "Draw and publish"),
    h("p", { class: "quiet small" }, "Drawn from the entries, the best seeds in the last heat."),
  );
}

function heatView({ state, office, event, heat, alone }, act) {
  const race = raceOf(state, event.id, heat.number);
  const track = event.sort === "track";
  const setWind = (submitted) => {
    submitted.preventDefault();
    act.wind(event.id, heat.number, String(new FormData(submitted.target).get("wind")));
  };
  return h(
    "section",
    { class: "heat", key: `heat${heat.number}`, "data-heat": heat.number },
    h(
      "header",
      { class: "row wrap" },
      h("h3", { class: "grow", key: "name" }, alone ? (track ? "Final" : "Order") : `Heat ${heat.number}`),
      race?.started ? h("b", { class: "small mark good", key: "started" }, "Started") : null,
      event.wind && race?.wind !== null && race?.wind !== undefined ? h("span", { class: "small", key: "measured" }, `Wind ${windWords(race.wind)}`) : null,
      track && !race?.started && may(office, "race.start") ? h("button", { class: "button tiny", type: "button", key: "start", "data-testid": "start-race", onclick: () => act.start(event.id, heat.number) }, "Mark as started") : null,
      track && event.wind && may(office, "wind.set")
        ? h("form", { class: "row", key: "wind", onsubmit: setWind }, h("label", { class: "field" }, h("span", { class: "unseen" }, `Wind of heat ${heat.number}`), h("input", { class: "input wind", name: "wind", placeholder: "+1.2", value: windWords(race?.wind ?? null).replace("−", "-") })), h("button", { class: "button tiny", type: "submit" }, "Set wind"))
        : null,
    ),
    h(
      "ol",
      { class: "lanes" },
      heat.lanes.map(({ lane, athlete }) => {
        const who = athleteOf(state, athlete);
        const result = heldOf(state, event.id, athlete)?.result;
        const out = (status, rule, words) => h("button", { class: "button tiny", type: "button", "aria-label": `${words}: ${who.name}`, onclick: () => act.takeOut(event.id, athlete, status, rule) }, words);
        return h(
          "li",
          { key: athlete, class: "entry", "data-athlete": athlete },
          h("span", { class: "lane" }, lane),
          h("span", { class: "grow" }, h("b", {}, who.name), h("span", { class: "small quiet" }, ` ${[who.bib, who.club].filter(Boolean).join(" · ")}`)),
          result?.status ? h("b", { class: "small mark warn" }, [result.status, result.rule].filter(Boolean).join(" ")) : null,
          may(office, "result.set") && !result && event.phase !== "official" ? h("span", { class: "row" }, out("DNS", "", "DNS"), track ? out("DQ", "TR16.8", "False start") : null) : null,
        );
      }),
    ),
  );
}
