/** Before the start: teams and who has them, the rules in a few words, the players, what is still missing. Pure. */
import { h } from "../parts/view.js";
import { button, refusal } from "./bits.js";
import { isAuction, placesOf, playersOf, settingsOf, teamOf } from "./reading.js";
import { beginsWords } from "./words.js";

const TYPES = {
  snake: "Snake",
  linear: "Linear",
  custom: "Order of one's own",
  auction: "Auction",
};

export function waitingView(model, act) {
  const { state, owner, ui } = model;
  const settings = settingsOf(state);
  const missing = whatIsMissing(state);
  const free = freeTeams(state);
  return h(
    "section",
    { class: "waiting", key: "waiting", "aria-labelledby": "waiting-title", "data-testid": "waiting" },
    h("h2", { id: "waiting-title" }, "Waiting room"),
    h("p", { "data-testid": "rules" }, rulesWords(settings)),
    settings.start_at === null ? null : h("p", { key: "when" }, `${beginsWords(settings)}.`),
    h(
      "p",
      { "data-testid": "pool-state" },
      poolWords(state),
    ),
    missing.length ? h("ul", { class: "missing", key: "missing" }, missing.map((one) => h("li", { key: one, class: "warn" }, one))) : null,
    refusal(ui, "start", act),
    owner
      ? h(
          "div",
          { class: "row wrap", key: "owner" },
          button("Start the draft", act.start, { look: "primary", test: "start" }),
          button("Settings and players", () => act.side("office"), { key: "office" }),
          isAuction(state) || settings.type !== "custom" ? button("Draw the order", () => act.setOrder(null), { key: "draw" }) : null,
          free.length ? button("Computers for the free teams", () => act.computers(free.map(({ seat }) => seat)), { key: "computers" }) : null,
        )
      : h("p", { class: "quiet", key: "wait" }, "The commissioner starts the draft. Fill your queue meanwhile."),
    refusal(ui, "seats", act),
    h(
      "ol",
      { class: "seats", "data-testid": "seats" },
      state.order.map((seat) => seatRow(model, seat, act)),
    ),
  );
}

function seatRow({ state, mine, owner, names, people, may }, seat, act) {
  const team = teamOf(state, seat);
  const free = team.managers.length === 0 && !team.cpu;
  const managers = team.managers.map((account) => `${names[account] ?? "Somebody"}${people.has(account) ? "" : " (away)"}`);
  const { claims } = settingsOf(state);
  return h(
    "li",
    { key: seat, "data-own": seat === mine ? "yes" : null, "data-seat": seat },
    h(
      "div",
      { class: "grow cut" },
      h("b", { class: "cut" }, team.name),
      h(
        "span",
        { class: "small quiet cut" },
        team.cpu ? "computer" : managers.join(", ") || "free",
        team.room === null ? null : ` · ${team.room} players at most`,
        team.budget === null ? null : ` · $${team.budget}`,
      ),
    ),
    free && mine === null && claims && may
      ? button("Take it", () => act.claim(seat), { look: "primary", name: `Take ${team.name}` })
      : null,
    seat === mine ? button("Give it back", () => act.claim(null), { key: "back" }) : null,
    owner && !team.managers.length
      ? button(team.cpu ? "No computer" : "Computer", () => act.setSeat(seat, { cpu: !team.cpu }), {
          ...{ look: "plain", pressed: team.cpu, name: `A computer plays for ${team.name}`, key: "cpu" },
        })
      : null,
  );
}

/** The rules in a sentence. */
export function rulesWords(settings) {
  const { type, teams, rounds, reversal, clock, auction } = settings;
  const time = (seconds) => (seconds === null ? "no limit" : seconds >= 3_600 ? `${seconds / 3_600} h` : `${seconds} s`);
  const parts =
    type === "auction"
      ? [`$${auction.budget} each`, `${time(clock.nominate_s)} to nominate`, `${time(clock.bid_s)} to bid, ${clock.bid_reset_s} s after each`]
      : [`${rounds} rounds`, `${time(clock.pick_s)} a pick`, reversal ? `turned again from round ${reversal}` : null];
  return `${[`${TYPES[type]}, ${teams} teams`, ...parts, clock.bank_s === null ? null : `${time(clock.bank_s)} in the bank`].filter(Boolean).join(", ")}. Rosters: ${settings.slots.map(({ name, count = 1 }) => (count > 1 ? `${count} ${name}` : name)).join(", ")}.`;
}

export function poolWords(state) {
  const players = playersOf(state);
  if (players.length === 0) return "No players yet.";
  const counts = new Map();
  for (const { positions } of players) counts.set(positions[0], (counts.get(positions[0]) ?? 0) + 1);
  const each = [...counts].map(([name, count]) => `${count} ${name}`).join(", ");
  return `${players.length} players: ${each}.`;
}

const freeTeams = (state) =>
  state.order.map((seat) => teamOf(state, seat)).filter(({ managers, cpu }) => !managers.length && !cpu);

/** What would make a start a poor one; it is the server that says what cannot be. */
export function whatIsMissing(state) {
  const settings = settingsOf(state);
  const players = playersOf(state).length;
  const wanted = settings.type === "auction" ? settings.teams * placesOf(state) : state.cells.length;
  const free = freeTeams(state);
  return [
    players === 0 ? "There are no players yet." : null,
    players > 0 && players < wanted ? `There are ${players} players for ${wanted} places.` : null,
    free.length ? `${free.length === 1 ? "One team has" : `${free.length} teams have`} nobody: autopick picks for ${free.length === 1 ? "it" : "them"} at zero.` : null,
  ].filter(Boolean);
}
