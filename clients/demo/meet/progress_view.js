/** How far an event is: the lap of a race, who is in a final, a tie for first place, the points of each part. Pure. */
import { may } from "/js/kinds/meet.js";
import { finalOrder } from "/js/kinds/meet_ranking.js";
import { h } from "../parts/view.js";
import { athleteOf, eventOf, heldOf, raceOf, startListOf, timeWords, valueWords } from "./reading.js";

/** What is said above the leaderboard. */
export function progressView({ state }, event, ranked) {
  return [lapCounter(state, event, ranked), tie(state, event, ranked), final(state, event)];
}

function lapCounter(state, event, ranked) {
  if (!event.laps || event.phase === "official" || !ranked.length) return null;
  const done = Math.max(...ranked.map(({ laps }) => laps));
  const left = event.laps - done;
  return h(
    "p",
    { class: "lap-counter", key: "lap", "data-testid": "lap" },
    left > 0 ? h("b", {}, `Lap ${done + 1} of ${event.laps}`) : h("b", {}, "The first is in"),
    h("span", { class: "quiet" }, left === 1 ? "Last lap" : left > 0 ? `${left} to go` : `${ranked.filter(({ laps, status }) => laps < event.laps && !status).length} still run`),
  );
}

function tie(state, event, ranked) {
  const first = ranked.filter(({ place }) => place === 1);
  if (event.sort !== "height" || first.length < 2) return null;
  const names = first.map(({ athlete }) => athleteOf(state, athlete).name).join(" and ");
  return h("p", { class: "notice", key: "tied", "data-testid": "tied" }, `${names} are tied for first place. A jump-off decides it; without one they share it.`);
}

function final(state, event) {
  const order = event.phase === "official" ? [] : finalOrder(state, event);
  if (!order.length) return null;
  return h(
    "section",
    { class: "final", key: "final", "data-testid": "final", "aria-labelledby": "final-title" },
    h("h3", { id: "final-title" }, "Final"),
    h("p", { class: "small quiet" }, "The order of the other attempts; who leads comes last."),
    h("ol", {}, order.map((athlete) => h("li", { key: athlete }, athleteOf(state, athlete).name))),
  );
}

/** How far somebody is, beside the name. */
export function lapWords(row, event) {
  if (!event.laps || !row.laps) return [];
  const still = row.laps < event.laps || row.status;
  return [
    still ? h("span", { class: "quiet", key: "laps" }, `${row.laps} ${row.laps === 1 ? "lap" : "laps"}`) : null,
    row.lapped ? h("b", { class: "mark warn", key: "lapped" }, row.lapped === 1 ? "lapped" : `lapped ${row.lapped} times`) : null,
  ];
}

/** A button that counts a lap, for the desk while the race runs. */
export function lapButton({ row, event, state, office, sending }, act) {
  const runs = event.laps && event.phase !== "official" && !row.status && row.value === null && (row.laps ?? 0) < event.laps;
  const heat = startListOf(state, event.id)?.heats.find(({ lanes }) => lanes.some(({ athlete }) => athlete === row.athlete));
  if (!runs || !may(office, "lap.record") || !heat || !raceOf(state, event.id, heat.number)?.started) return null;
  const lap = (row.laps ?? 0) + 1;
  const under = sending.some((one) => one.type === "lap.record" && one.event === event.id && one.athlete === row.athlete);
  return h(
    "button",
    { class: "button tiny lap", type: "button", key: "lap", disabled: under, "aria-label": `Lap ${lap} of ${athleteOf(state, row.athlete).name}`, onclick: () => act.lap(event.id, row.athlete, lap) },
    `Lap ${lap}`,
  );
}

/** Times of laps or legs, and who ran them. */
export function splitsView(state, event, athlete) {
  const result = heldOf(state, event.id, athlete)?.result;
  const members = state.entries.find((one) => one.event === event.id && one.athlete === athlete)?.members ?? [];
  const passed = [...(result?.splits ?? [])];
  const most = event.laps || event.legs || 0;
  if (result?.time && passed.length < most && passed.length >= most - 1) passed.push(result.time);
  if (event.legs) return members.length || passed.length ? legs(state, event, members, passed) : null;
  if (!passed.length) return null;
  return h(
    "details",
    { class: "splits", key: "splits" },
    h("summary", { class: "small" }, `Lap times (last ${timeWords(passed.at(-1) - (passed.at(-2) ?? 0))})`),
    h("ol", {}, passed.map((at, i) => h("li", { key: i }, h("span", { class: "quiet" }, `${i + 1}`), h("b", {}, timeWords(at - (passed[i - 1] ?? 0))), h("span", { class: "quiet" }, timeWords(at))))),
  );
}

function legs(state, event, members, passed) {
  return h(
    "ol",
    { class: "legs small", key: "legs", "aria-label": "Legs" },
    Array.from({ length: event.legs }, (_, i) => h("li", { key: i }, h("span", { class: "quiet" }, `${i + 1}`), members[i] ? athleteOf(state, members[i]).name : "–", passed[i] ? h("b", {}, timeWords(passed[i] - (passed[i - 1] ?? 0))) : null)),
  );
}

/** Points of each part of a combined event, with the mark that they are for. */
export function partsView(state, event, row, ranked) {
  return h(
    "ol",
    { class: "parts small", key: "parts", "aria-label": "Points of each event" },
    event.parts.map((part, i) => {
      const of = eventOf(state, part.event);
      const value = ranked.get(part.event)?.find(({ athlete }) => athlete === row.athlete);
      const mark = value?.value !== null && value?.value !== undefined ? valueWords(value.value, of) : (value?.status ?? "");
      return h("li", { key: part.event, "data-empty": row.points[i] === null ? "" : null }, h("span", { class: "quiet" }, shortName(of)), h("span", {}, mark), h("b", {}, row.points[i] ?? "–"));
    }),
  );
}

/** "Long jump" of "Heptathlon: Long jump". */
export const shortName = ({ name }) => name.slice(name.lastIndexOf(":") + 1).trim();
