/** One's own line-up, to be changed: a place is taken in hand, then the one that it changes with. Pure. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { placesIn, swapProblem } from "./line_ups.js";
import { kickoffWords, lockOf, matchupOf, pointsWords, statusOf, teamName } from "./reading.js";

export function lineUpView(model, act) {
  const { state, week, ui, serverNow, lineUpSending } = model;
  const team = ui.editing;
  const places = placesIn(state, week, team);
  const held = places.find(({ key }) => key === ui.held) ?? null;
  const now = serverNow();
  return h(
    "section",
    { class: "line-up", key: "line-up", "aria-labelledby": "line-up-title", "data-testid": "line-up" },
    h(
      "header",
      { class: "row wrap" },
      h("h2", { id: "line-up-title", class: "grow" }, `${teamName(state, team)}, week ${week}`),
      lineUpSending ? h("span", { class: "quiet small", key: "sending", "data-testid": "sending" }, "On its way") : null,
      h("button", { class: "button", type: "button", "data-testid": "done", onclick: () => act.edit(null) }, "Done"),
    ),
    h("p", { class: "quiet", role: "status", "data-testid": "hint" }, hintWords(model, held, places, now)),
    ui.refusal?.anchor === "line-up"
      ? h("p", { class: "notice bad-edge refused", key: "refused", role: "alert", "data-testid": "refused" }, ui.refusal.text)
      : null,
    h("ol", { class: "places" }, places.map((place) => row(model, place, held, now, act))),
  );
}

function hintWords({ state, week }, held, places, now) {
  if (state.weeks[week]) return "This week has its results; its line-ups stay.";
  if (held === null) return "Choose a player, then the place or the player to change with. Who has kicked off is locked.";
  const legal = places.filter((place) => swapProblem(state, week, held, place, now) === null);
  const who = held.player ? nameOf(state, held.player) : `The empty place at ${held.place}`;
  return legal.length ? `${who}: choose whom to change with.` : `${who} can change with nobody now.`;
}

const nameOf = (state, player) => state.players[player]?.[1] ?? player;

function row(model, place, held, now, act) {
  const { state, week, ui } = model;
  const { key, player } = place;
  const [, , positions = [], team = "", health = ""] = state.players[player] ?? [];
  const lock = player ? lockOf(state, week, player, now) : { at: null, locked: false };
  const stays = lock.locked || Boolean(state.weeks[week]);
  const target = held !== null && key !== held.key && swapProblem(state, week, held, place, now) === null;
  return h(
    "li",
    { class: "place-row", key, "data-place": key, "data-held": held?.key === key ? "yes" : null, "data-target": target ? "yes" : null },
    h("span", { class: "place" }, place.place),
    h(
      "div",
      { class: "who" },
      h("span", { class: player ? "name cut" : "quiet" }, player ? nameOf(state, player) : "Nobody"),
      player
        ? h("span", { class: "quiet small" }, [positions.join("/"), health, statusOf(state, week, team, ui.scores).words].filter(Boolean).join(" · "))
        : null,
    ),
    h("span", { class: "points" }, player ? pointsWords(pointsOf(model, player)) : ""),
    stays && player
      ? h("span", { class: "lock small", "data-testid": "lock" }, icon("lock"), lock.locked ? `since ${kickoffWords(lock.at)}` : "settled")
      : h(
          "button",
          {
            ...{ class: target ? "button primary" : "button", type: "button", disabled: held !== null && !target && held.key !== key },
            ...{ "aria-pressed": String(held?.key === key), onclick: () => act.hold(key) },
            "aria-label": buttonWords(state, place, held, target),
          },
          held?.key === key ? "Put back" : target ? "Here" : "Move",
        ),
  );
}

function buttonWords(state, { place, player, key }, held, target) {
  const who = player ? nameOf(state, player) : `empty place, ${place}`;
  if (held?.key === key) return `Put back ${who}`;
  return target ? `Change with ${who}` : `Move ${who}`;
}

/** What somebody has so far, as the server told of the matchup. */
function pointsOf({ state, week, ui }, player) {
  const numbers = (state.schedule[week] ?? []).map((_, n) => n + 1);
  for (const number of numbers) {
    const score = matchupOf(state, week, number, ui.scores);
    const lines = score ? [score.home, score.away].flatMap(({ starters, bench }) => [...starters, ...bench]) : [];
    const found = lines.find((line) => line.player === player);
    if (found) return found.points ?? 0;
  }
  return 0;
}
