/**
 * Settings as a form: what a person types becomes all settings of the draft, with what the form does
 * not ask for left as it is. Pure.
 */
import { h } from "../parts/view.js";
import { field, refusal, select } from "./bits.js";
import { NFL, settingsOf } from "./reading.js";

const RUNNERS = ["RB", "WR", "TE"];
const one = (name, positions = [name], count = 1) => ({ name, positions, ...(count > 1 ? { count } : {}) });
const bench = (count) => ({ name: "BN", count, bench: true });

/** Rosters that are offered ready-made, as the server has them (SPEC DR63). */
export const ROSTERS = {
  nfl: ["NFL", NFL],
  superflex: ["NFL with superflex", [...NFL.slice(0, 5), one("SUPER_FLEX", ["QB", ...RUNNERS]), ...NFL.slice(5)]],
  idp: [
    "NFL with defenders",
    [...NFL.slice(0, 6), one("DL", ["DL", "DE", "DT"], 2), one("LB", ["LB"], 2), one("DB", ["DB", "CB", "S"], 2), bench(6)],
  ],
  soccer: [
    "Soccer",
    [one("GK"), one("DEF", ["DEF"], 4), one("MID", ["MID"], 3), one("FWD", ["FWD"], 2), one("FLEX", ["DEF", "MID", "FWD"]), bench(4)],
  ],
  basketball: [
    "Basketball",
    [
      ...[one("PG"), one("SG"), one("SF"), one("PF"), one("C", ["C"], 2), one("G", ["PG", "SG"])],
      ...[one("F", ["SF", "PF"]), one("UTIL", ["PG", "SG", "SF", "PF", "C"], 2), bench(3)],
    ],
  ],
};

const size = (slots) => slots.reduce((sum, { count = 1 }) => sum + count, 0);

/** Which of them a draft has; `own`: another. */
export function rosterNamed(slots) {
  const like = JSON.stringify(slots);
  return Object.keys(ROSTERS).find((name) => JSON.stringify(ROSTERS[name][1]) === like) ?? "own";
}

/** Seconds of a field; empty is no limit, which is null and not 0. */
const seconds = (text) => (String(text ?? "").trim() === "" ? null : Number(text));

/**
 * @param {any} settings all of them, as they are @param {(name: string) => string | null} said of the form
 * @returns {any} all of them, as they shall be
 */
export function settingsFrom(settings, said) {
  const { clock, auction } = settings;
  const has = (name) => said(name) !== null;
  const number = (name, was) => (has(name) ? Number(said(name)) : was);
  const roster = said("roster");
  const slots = roster && roster !== "own" ? ROSTERS[roster][1] : settings.slots;
  const rounds = number("rounds", settings.rounds);
  return {
    ...settings,
    type: said("type") ?? settings.type,
    teams: number("teams", settings.teams),
    rounds: roster && slots !== settings.slots && rosterNamed(settings.slots) !== roster ? size(slots) : rounds,
    reversal: number("reversal", settings.reversal),
    slots,
    needs: said("needs") ?? settings.needs,
    claims: has("claims") ? said("claims") === "yes" : settings.claims,
    start_at: has("start_at") ? (said("start_at") ? new Date(said("start_at")).getTime() : null) : settings.start_at,
    clock: {
      ...clock,
      pick_s: has("pick_s") ? seconds(said("pick_s")) : clock.pick_s,
      nominate_s: has("nominate_s") ? seconds(said("nominate_s")) : clock.nominate_s,
      bid_s: has("bid_s") ? seconds(said("bid_s")) : clock.bid_s,
      bank_s: has("bank_s") ? seconds(said("bank_s")) : clock.bank_s,
      at_zero: said("at_zero") ?? clock.at_zero,
      on_miss: said("on_miss") ?? clock.on_miss,
      resume: said("resume") ?? clock.resume,
    },
    auction: {
      ...auction,
      budget: number("budget", auction.budget),
      min_bid: number("min_bid", auction.min_bid),
      increment: number("increment", auction.increment),
      nominations: said("nominations") ?? auction.nominations,
    },
  };
}

/** For a field of date and time, in the time of this device. */
function localTime(ms) {
  if (ms === null) return "";
  const date = new Date(ms);
  return new Date(ms - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function settingsForm({ state, ui }, act) {
  const settings = settingsOf(state);
  const { clock, auction } = settings;
  const open = state.phase === "waiting";
  const count = (label, name, value, more = {}) =>
    field(label, { name, type: "number", inputmode: "numeric", min: 1, value: value === null ? "" : String(value), ...more });
  const choose = (label, name, value, options) => select(label, value, options, null, { hidden: false, name });
  const sold = settings.type === "auction";
  return h(
    "form",
    {
      ...{ class: "stack settings", key: "settings", "data-testid": "settings-form" },
      onsubmit: (event) => {
        event.preventDefault();
        const form = new FormData(event.target);
        act.configure(settingsFrom(settings, (name) => form.get(name)), form.get("now") === "yes");
      },
    },
    open
      ? [
          choose("Kind", "type", settings.type, [["snake", "Snake"], ["linear", "Linear"], ["auction", "Auction"], ...(settings.type === "custom" ? [["custom", "Order of one's own"]] : [])]),
          choose("Roster", "roster", rosterNamed(settings.slots), [...Object.entries(ROSTERS).map(([name, [words]]) => [name, words]), ...(rosterNamed(settings.slots) === "own" ? [["own", "As it is"]] : [])]),
          count("Teams", "teams", settings.teams, { min: 2, max: 32 }),
          sold ? null : count("Rounds", "rounds", settings.rounds, { max: 60 }),
          sold ? null : count("Turned again from round (0: no)", "reversal", settings.reversal, { min: 0, max: 60 }),
          sold
            ? [
                count("Dollars each", "budget", auction.budget),
                count("Smallest bid", "min_bid", auction.min_bid),
                count("Increment", "increment", auction.increment),
                choose("Who nominates", "nominations", auction.nominations, [["straight", "In order"], ["snake", "In order and back"], ["winner", "The latest winner"]]),
              ]
            : null,
          field("Begins by itself at", { name: "start_at", type: "datetime-local", value: localTime(settings.start_at) }, "Empty: when the commissioner starts it"),
          choose("Free teams", "claims", settings.claims ? "yes" : "no", [["yes", "Members take them"], ["no", "The commissioner gives them"]]),
        ]
      : null,
    sold
      ? [count("Seconds to nominate", "nominate_s", clock.nominate_s), count("Seconds to bid", "bid_s", clock.bid_s)]
      : [count("Seconds a pick", "pick_s", clock.pick_s), count("Seconds in each team's bank", "bank_s", clock.bank_s)],
    h("p", { class: "quiet small" }, "Empty: no limit."),
    choose("At zero", "at_zero", clock.at_zero, [["auto", "Autopick"], ["skip", "Passed over"], ["return", "Comes back at the end"], ["nothing", "Nothing: it waits"]]),
    choose("After a missed pick", "on_miss", clock.on_miss, [["manual", "The team picks on itself"], ["auto", "It is picked for"]]),
    choose("After a pause", "resume", clock.resume, [["continue", "The clock goes on"], ["reset", "The clock begins again"]]),
    choose("A pick that leaves starters out", "needs", settings.needs, [["refuse", "Is refused"], ["warn", "Is marked"], ["any", "Is a pick"]]),
    open
      ? null
      : h("label", { class: "switch", key: "now" }, h("input", { type: "checkbox", name: "now", value: "yes" }), "Also for the turn that runs now"),
    refusal(ui, "settings", act),
    h("button", { class: "button primary", type: "submit" }, "Set"),
  );
}
