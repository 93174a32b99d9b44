/** Rosters: any team's places and who is on them, what it still needs, its money and its picks to come. Pure. */
import { h } from "../parts/view.js";
import { button, field, position, refusal, select } from "./bits.js";
import { cellName, comingCells, isAuction, maxBid, openPlaces, ownerOf, settingsOf, teamOf, teamsOf } from "./reading.js";
import { needsOf, rosterOf } from "./rosters.js";

export function teamView(model, act) {
  const { state, ui, mine, names } = model;
  const seat = shownTeam(model);
  const team = teamOf(state, seat);
  const { places, left } = rosterOf(state, seat);
  const needs = needsOf(state, seat);
  const managers = team.managers.map((account) => names[account] ?? "Somebody");
  return h(
    "section",
    { class: "side-part team", key: "team", "aria-labelledby": "team-title" },
    h("h2", { id: "team-title" }, team.name),
    select("Team", String(seat), teamsOf(state).map((one) => [String(one.seat), one.seat === mine ? `${one.name} (yours)` : one.name]), (value) => act.showTeam(Number(value))),
    h("p", { class: "quiet small" }, team.cpu ? "A computer's team" : managers.length ? managers.join(", ") : "Nobody's yet"),
    isAuction(state)
      ? h("p", {}, h("b", {}, `$${state.money[seat] ?? 0} left`), ` · may bid $${maxBid(state, seat)} · ${openPlaces(state, seat)} places open`)
      : null,
    h(
      "p",
      { "data-testid": "needs" },
      needs.length ? "Needs " : "All starters are there.",
      needs.map(([name, count]) => h("span", { class: "chip", key: name }, count > 1 ? `${count} ${name}` : name)),
    ),
    h(
      "ul",
      { class: "roster", "data-testid": "roster" },
      places.map((place, index) => rosterRow(place, index, act)),
      left.map((player) => rosterRow({ name: "–", player, bench: true }, player.id, act)),
    ),
    coming(state, seat),
    seat === mine ? naming(state, team, ui, act) : null,
    seat === mine && model.keep
      ? h("p", { class: "small", key: "keep" }, "A guest's team is lost with this device. ", h("a", { href: model.keep }, "Keep it: make an account"))
      : null,
  );
}

/** The team that is looked at: the chosen one, else one's own, else the first. */
export function shownTeam({ ui, mine, state }) {
  return state.seats[ui.team] ? ui.team : (mine ?? state.order[0]);
}

function rosterRow({ name, player, bench }, key, act) {
  return h(
    "li",
    { key, "data-empty": player ? null : "yes", "data-bench": bench ? "yes" : null },
    h("span", { class: "slot small quiet" }, name),
    player
      ? h(
          "button",
          { class: "player-open grow cut", type: "button", onclick: () => act.choose(player.id) },
          position(player),
          h("span", { class: "cut" }, player.name),
          player.bye === null ? null : h("span", { class: "quiet small" }, `bye ${player.bye}`),
        )
      : h("span", { class: "quiet" }, "open"),
  );
}

function coming(state, seat) {
  if (isAuction(state) || state.phase === "ended") return null;
  const cells = comingCells(state).filter((n) => ownerOf(state, n) === seat);
  if (cells.length === 0) return null;
  return h(
    "p",
    { class: "small quiet", key: "coming" },
    `Picks to come: ${cells.slice(0, 12).map((n) => cellName(state, n)).join(", ")}${cells.length > 12 ? " …" : ""}`,
  );
}

function naming(state, team, ui, act) {
  return h(
    "form",
    {
      ...{ class: "row", key: "naming" },
      onsubmit: (event) => {
        event.preventDefault();
        act.nameTeam(event.target.elements.team.value);
      },
    },
    h("div", { class: "grow" }, field("Name of your team", { name: "team", maxlength: 40, required: true, value: team.name })),
    h("button", { class: "button", type: "submit" }, "Rename"),
    refusal(ui, "team", act),
    state.phase === "waiting" && settingsOf(state).claims
      ? button("Give the team back", () => act.claim(null), { look: "tiny plain", key: "back" })
      : null,
  );
}
